/** Shares of prompt, thought and answer, a bar a data set. */
import type { FigureSpec } from "../../analysis/report/figures/render.ts"

export const partNames = ["prompt", "thought", "answer"] as const
export const partColours = ["var(--series-4)", "var(--series-0)", "var(--series-2)"] as const

export interface PartsBar {
  readonly set: string
  readonly part: (typeof partNames)[number]
  /** in [0, 1] */
  readonly from: number
  readonly to: number
}

export const partsFigure = (bars: ReadonlyArray<PartsBar>): FigureSpec => ({
  width: 440, height: { step: 30 }, autosize: { type: "fit-x", contains: "padding" }, padding: 4,
  data: { values: [...bars] },
  layer: [
    {
      mark: { type: "bar", height: 18 },
      encoding: {
        y: { field: "set", type: "nominal", sort: null, axis: { title: null, labelLimit: 190, ticks: false, domain: false, labelColor: "var(--ink)" } },
        x: { field: "from", type: "quantitative", scale: { domain: [0, 1], nice: false }, axis: { title: "share of the sequence", format: "%", tickCount: 5 } },
        x2: { field: "to" },
        color: { field: "part", type: "nominal", legend: null, scale: { domain: [...partNames], range: [...partColours] } }
      }
    },
    {
      transform: [{ filter: "datum.to - datum.from >= 0.06" }, { calculate: "(datum.from + datum.to) / 2", as: "middle" }],
      mark: { type: "text", fontSize: 12, fontWeight: 600, color: "var(--paper)" },
      encoding: {
        y: { field: "set", type: "nominal", sort: null }, x: { field: "middle", type: "quantitative" },
        text: { field: "share", type: "nominal" }
      }
    }
  ]
})
