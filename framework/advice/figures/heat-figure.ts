/** Marker classes down, tenths across, stronger colour for more markers. */
import type { FigureSpec } from "../../analysis/report/figures/render.ts"
import type { MarkerRate } from "../marker-rates.ts"

/** @param most the rate of the strongest colour, equal for the panels of a page */
export const heatFigure = (rates: ReadonlyArray<MarkerRate>, options: { readonly most: number; readonly xTitle: string }): FigureSpec => {
  const values = rates.flatMap(({ name, tenths }) => tenths.map((rate, tenth) => ({
    name, tenth: tenth + 1, rate, text: rate >= 9.95 ? String(Math.round(rate)) : rate.toFixed(1), strong: rate > 0.55 * options.most
  })))
  const x = { field: "tenth", type: "ordinal", axis: { title: options.xTitle, labelAngle: 0, ticks: false, domain: false } } as const
  const y = { field: "name", type: "nominal", sort: null, axis: { title: null, ticks: false, domain: false, labelColor: "var(--ink)" } } as const
  return {
    width: 460, height: { step: 30 }, autosize: { type: "fit-x", contains: "padding" }, padding: 4,
    data: { values },
    layer: [
      {
        mark: { type: "rect", fill: "var(--tint)", stroke: "var(--paper)", strokeWidth: 2 },
        encoding: { x, y, fillOpacity: { field: "rate", type: "quantitative", legend: null, scale: { domain: [0, options.most], range: [0.05, 0.95] } } }
      },
      {
        mark: { type: "text", fontSize: 11 },
        encoding: {
          x, y, text: { field: "text" },
          color: { condition: { test: "datum.strong", value: "var(--paper)" }, value: "var(--ink)" }
        }
      }
    ]
  }
}
