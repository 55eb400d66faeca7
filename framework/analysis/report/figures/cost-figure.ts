/** Score against what a trial cost: one point a cell, told by its ratio. What another cell beats at no higher price is grey. */
import type { FigureSpec } from "./render.ts"
import { type Series, seriesScales } from "./series.ts"

export interface CostPoint {
  readonly curve: string
  readonly ratioPercent: number | null
  readonly cost: number
  readonly score: number
  readonly low: number
  readonly high: number
  readonly isAlias: boolean
  /** another cell costs no more and scores no less */
  readonly isDominated: boolean
}

export const costFigure = (options: {
  readonly points: ReadonlyArray<CostPoint>
  readonly series: ReadonlyArray<Series>
  readonly xTitle: string
  readonly xFormat: string
  readonly yTitle: string
}): FigureSpec => {
  const { color, shape } = seriesScales(options.series)
  const largest = Math.max(...options.points.map(({ cost }) => cost))
  const x = {
    field: "cost", type: "quantitative", scale: { domain: [0, 1.14 * largest], nice: false },
    axis: {
      title: options.xTitle, format: options.xFormat, tickCount: 4, grid: false, labelExpr: "datum.value === 0 ? '0' : datum.label"
    }
  } as const
  const y = (field: string) => ({
    field, type: "quantitative", scale: { domain: [0, 1] }, axis: { title: options.yTitle, format: "%", tickCount: 5 }
  }) as const
  const front = options.points.filter(({ isAlias, isDominated }) => !isDominated && !isAlias)
  const labels = spread(front.filter(({ ratioPercent }) => ratioPercent !== null), largest)
  const grey = { condition: { test: "datum.isDominated", value: "var(--muted)" }, ...color } as const
  const faint = { condition: { test: "datum.isDominated", value: 0.38 }, value: 1 } as const
  return {
    width: 480, height: 230, autosize: { type: "fit-x", contains: "padding" }, padding: 4,
    data: { values: [...options.points] },
    layer: [
      {
        data: { values: front },
        mark: { type: "line", interpolate: "step-after", strokeWidth: 1.25, strokeDash: [4, 3], color: "var(--muted)" },
        encoding: { x, y: y("score"), order: { field: "cost" } }
      },
      { mark: { type: "rule", strokeWidth: 1.25 }, encoding: { x, y: y("low"), y2: { field: "high" }, color: grey, opacity: faint } },
      {
        mark: { type: "point", size: 56, strokeWidth: 1.75 },
        encoding: {
          x, y: y("score"), shape, opacity: faint, stroke: grey,
          fill: { condition: [{ test: "datum.isAlias", value: "var(--paper)" }, { test: "datum.isDominated", value: "var(--muted)" }], ...color }
        }
      },
      // above the point where there is no room below it
      ...[true, false].map((isLow) => ({
        data: { values: labels.filter(({ score }) => score < 0.12 === isLow).map((point) => ({ ...point, text: `${point.ratioPercent} %` })) },
        mark: { type: "text", align: "left", baseline: isLow ? "bottom" : "top", dx: 7, dy: isLow ? -2 : 4, fontSize: 11, color: "var(--muted)" },
        encoding: { x, y: y("score"), text: { field: "text" } }
      }))
    ]
  }
}

/** Labels that do not print over each other; the dearest point of each place keeps its own. */
const spread = (points: ReadonlyArray<CostPoint>, largest: number): ReadonlyArray<CostPoint> => {
  const kept: Array<CostPoint> = []
  for (const point of [...points].sort((a, b) => b.cost - a.cost)) {
    const isFree = kept.every(({ cost, score }) => Math.abs(cost - point.cost) > 0.16 * largest || Math.abs(score - point.score) > 0.09)
    if (isFree) kept.push(point)
  }
  return kept
}
