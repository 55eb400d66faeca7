/** How often a value lies where: columns over its range, with the median marked. */
import type { FigureSpec } from "../../analysis/report/figures/render.ts"
import type { Distribution } from "../quantiles.ts"

/** Round numbers from end to end; ends are round themselves. */
const ticks = ({ from, to }: Distribution["histogram"]): ReadonlyArray<number> => {
  const lead = Math.round((10 * to) / 10 ** Math.floor(Math.log10(to))) / 10
  const steps = [1.5, 3, 6].includes(lead) ? 3 : [2, 4, 8].includes(lead) ? 4 : 5
  return Array.from({ length: steps + 1 }, (_, step) => from + (step * (to - from)) / steps)
}

export const histogramFigure = (
  { count, histogram, quantiles }: Distribution,
  options: { readonly xTitle: string; readonly isShare: boolean; readonly half: boolean; readonly median: string }
): FigureSpec => {
  const width = (histogram.to - histogram.from) / histogram.counts.length
  const values = histogram.counts.map((bin, place) => ({
    from: histogram.from + place * width, to: histogram.from + (place + 1) * width, share: bin / count
  }))
  const top = Math.max(...values.map(({ share }) => share)) * 1.22
  const middle = quantiles["0.5"]!
  const scale = { domain: [histogram.from, histogram.to], nice: false }
  // beside the median's rule where there is room, and not across the half's
  const isRight = middle > histogram.from + 0.75 * (histogram.to - histogram.from) || (options.half && middle > 0.3 && middle <= 0.5)
  const marked = [{ at: middle, text: options.median }]
  return {
    width: 440, height: 190, autosize: { type: "fit-x", contains: "padding" }, padding: 4,
    layer: [
      {
        data: { values },
        mark: { type: "bar", color: "var(--series-0)", opacity: 0.8, binSpacing: 1 },
        encoding: {
          x: {
            field: "from", type: "quantitative", scale, bin: { binned: true, step: width },
            axis: { title: options.xTitle, format: options.isShare ? "%" : ",d", values: ticks(histogram), grid: false }
          },
          x2: { field: "to" },
          y: { field: "share", type: "quantitative", scale: { domain: [0, top], nice: false }, axis: { title: "share of samples", format: ".0%", tickCount: 4, labelExpr: "datum.value > 1 ? '' : datum.label" } }
        }
      },
      ...(options.half ? [{ data: { values: [{ at: 0.5 }] }, mark: { type: "rule", color: "var(--muted)", strokeDash: [4, 4] }, encoding: { x: { field: "at", type: "quantitative", scale } } }] : []),
      { data: { values: marked }, mark: { type: "rule", color: "var(--series-1)", strokeWidth: 2 }, encoding: { x: { field: "at", type: "quantitative", scale } } },
      {
        data: { values: marked },
        mark: { type: "text", align: isRight ? "right" : "left", dx: isRight ? -5 : 5, baseline: "top", y: 2, color: "var(--series-1)", fontSize: 12, fontWeight: 600 },
        encoding: { x: { field: "at", type: "quantitative", scale }, text: { field: "text" } }
      }
    ]
  }
}
