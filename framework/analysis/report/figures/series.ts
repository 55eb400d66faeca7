/** How curves are told apart: by colour and by shape, the same in every figure. */
import type { Curve } from "../../curves.ts"
import { Html, html } from "../html.ts"

const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right", "triangle-left"] as const
const paths = {
  circle: "M13 2a4 4 0 1 0 .01 0z", square: "M9.2 2.2h7.6v7.6h-7.6z", "triangle-up": "M13 1.6l4.6 8.4h-9.2z",
  diamond: "M13 .8l4.6 5.2-4.6 5.2-4.6-5.2z", "triangle-down": "M13 10.4l4.6-8.4h-9.2z",
  cross: "M11.5 1.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z", "triangle-right": "M17.6 6l-8.4 4.6v-9.2z", "triangle-left": "M8.4 6l8.4 4.6v-9.2z"
} as const

export interface Series {
  readonly name: string
  readonly colour: string
  readonly shape: (typeof shapes)[number]
}

export const seriesOf = (curves: ReadonlyArray<Curve>): ReadonlyArray<Series> =>
  [...new Set(curves.map(({ name }) => name))].map((name, place) => ({
    // beyond the eighth, colours meet other shapes
    name, colour: `var(--series-${place % 8})`, shape: shapes[(place + Math.floor(place / 8)) % shapes.length]!
  }))

/** Scales of a figure, by field `curve`. */
export const seriesScales = (series: ReadonlyArray<Series>) => {
  const domain = series.map(({ name }) => name)
  return {
    color: { field: "curve", type: "nominal", legend: null, scale: { domain, range: series.map(({ colour }) => colour) } },
    shape: { field: "curve", type: "nominal", legend: null, scale: { domain, range: series.map(({ shape }) => shape) } }
  } as const
}

/** @param series shape null: an area */
export const legend = (series: ReadonlyArray<Omit<Series, "shape"> & { readonly shape: Series["shape"] | null }>): Html | null =>
  series.length < 2
    ? null
    : html`<ul class="legend">${series.map(
        ({ colour, name, shape }) =>
          shape === null
            ? html`<li><svg viewBox="0 0 26 12" aria-hidden="true"><path d="M7 0h12v12h-12z" fill="${colour}"/></svg>${name}</li>`
            : html`<li><svg viewBox="0 0 26 12" aria-hidden="true"><path d="M0 6h26" stroke="${colour}" stroke-width="2"/><path d="${paths[shape]}" fill="${colour}"/></svg>${name}</li>`
      )}</ul>`

/** Curves lie side by side by this much, in percent of the axis, so that intervals at one ratio stay visible. */
export const sideways = (series: ReadonlyArray<Series>, name: string): number =>
  (series.findIndex((one) => one.name === name) - (series.length - 1) / 2) * Math.min(1.1, 4 / series.length)
