/** A quantity over the truncation ratio, one line a curve, with intervals: retention, score, held-out loss. */
import type { FigureSpec } from "./render.ts"
import { type Series, seriesScales, sideways } from "./series.ts"

export interface RatioPoint {
  readonly curve: string
  readonly ratioPercent: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  /** shares another cell's trials: drawn hollow */
  readonly isAlias: boolean
}

/** Ends that hold for a whole curve at once. */
export interface BandEnds {
  readonly curve: string
  readonly ratioPercent: number
  readonly low: number
  readonly high: number
}

export interface Reference {
  readonly value: number
  readonly text: string
}

export const ratioFigure = (options: {
  readonly points: ReadonlyArray<RatioPoint>
  readonly series: ReadonlyArray<Series>
  readonly yTitle: string
  readonly scale?: "linear" | "log"
  readonly format?: string
  /** linear: least extent of the y axis; log: its extent */
  readonly domain?: readonly [number, number]
  readonly references?: ReadonlyArray<Reference>
  readonly bands?: ReadonlyArray<BandEnds>
  readonly width?: number
  readonly height?: number
}): FigureSpec => {
  const { bands = [], format = "~g", height = 260, references = [], scale = "linear", series, width = 440, yTitle } = options
  const values = options.points.map((point) => ({ ...point, x: point.ratioPercent + sideways(series, point.curve) }))
  const { color, shape } = seriesScales(series)
  const ticks = [...new Set(options.points.map(({ ratioPercent }) => ratioPercent))].sort((a, b) => a - b)
  const [least, most] = options.domain ?? [0, 1.06]
  const heights = [...options.points.flatMap(({ high, low, value }) => [value, low ?? value, high ?? value]), ...references.map(({ value }) => value),
    ...bands.flatMap(({ high, low }) => [low, high])]
  const shaded = bands.map((band) => ({ ...band, x: band.ratioPercent + sideways(series, band.curve) }))
  const domain = scale === "log" ? [least, most] : [Math.min(least, ...heights), Math.max(most, ...heights.map((height) => height * 1.02))]
  const x = {
    field: "x", type: "quantitative", scale: { domain: [0, 104], nice: false },
    axis: { title: "Part of the sequence that is kept, %", values: ticks, grid: false, labelOverlap: "greedy" }
  } as const
  const y = (field: string) => ({
    field, type: "quantitative",
    scale: scale === "log" ? { type: "log", domain, nice: true } : { domain, nice: false, zero: false },
    axis: scale === "log" ? { title: yTitle, format, values: decades(least, most) } : { title: yTitle, format, tickCount: 5 }
  }) as const
  return {
    width, height, autosize: { type: "fit-x", contains: "padding" }, padding: 4,
    data: { values },
    layer: [
      ...(shaded.length === 0 ? [] : [{
        data: { values: shaded }, mark: { type: "area", opacity: 0.15, line: false },
        encoding: { x, y: y("low"), y2: { field: "high" }, color }
      }]),
      { data: { values: [...references] }, mark: { type: "rule", strokeDash: [4, 4], color: "var(--muted)", strokeWidth: 1 }, encoding: { y: { field: "value", type: "quantitative" } } },
      ...[true, false].map((isBelow) => ({
        data: { values: references.filter((one) => isCrowded(one, references) === isBelow) },
        mark: { type: "text", align: "left", baseline: isBelow ? "top" : "bottom", dx: 3, dy: isBelow ? 4 : -3, color: "var(--muted)", fontSize: 11 },
        encoding: { x: { value: 0 }, y: { field: "value", type: "quantitative" }, text: { field: "text" } }
      })),
      { mark: { type: "line", strokeWidth: 1.75, opacity: 0.85 }, encoding: { x, y: y("value"), color } },
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { x, y: y("low"), y2: { field: "high" }, color }
      },
      ...["low", "high"].map((end) => ({
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "tick", orient: "horizontal", size: 7, thickness: 1.5 } as const,
        encoding: { x, y: y(end), color }
      })),
      {
        mark: { type: "point", size: 62, strokeWidth: 1.75, opacity: 1 },
        encoding: {
          x, y: y("value"), shape, stroke: color,
          fill: { condition: { test: "datum.isAlias", value: "var(--paper)" }, ...color }
        }
      }
    ]
  }
}

/** Ticks of a logarithmic axis: powers of ten, with 2 and 5 where there would be fewer than three. */
const decades = (least: number, most: number): ReadonlyArray<number> => {
  const from = Math.floor(Math.log10(least))
  const to = Math.ceil(Math.log10(most))
  const powers = Array.from({ length: to - from + 1 }, (_, place) => Number(`1e${from + place}`))
  return to - from >= 2 ? powers : powers.flatMap((power) => [power, 2 * power, 5 * power])
}

/** Another line lies close above this one: its words go below. */
const isCrowded = (one: Reference, all: ReadonlyArray<Reference>): boolean =>
  all.some(({ value }) => value > one.value && value - one.value < 0.08)
