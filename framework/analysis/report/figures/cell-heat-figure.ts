/** One number a cell: the other axes down, the ratio across. Stronger colour is more, and never so strong that the number cannot be read. */
import type { FigureSpec } from "./render.ts"

export interface HeatCell {
  /** lines are parted by line breaks */
  readonly row: string
  /** the column's words, e.g. "50 %" */
  readonly column: string
  /** null: there is none, and `text` says why */
  readonly value: number | null
  readonly text: string
}

/** @param domain values of the weakest and the strongest colour */
export const cellHeatFigure = (options: {
  readonly cells: ReadonlyArray<HeatCell>
  readonly rows: ReadonlyArray<string>
  readonly columns: ReadonlyArray<string>
  readonly domain: readonly [number, number]
  readonly xTitle: string
}): FigureSpec => {
  const { cells, columns, domain: [least, most], rows, xTitle } = options
  const strength = (value: number) => (most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 1)
  const values = cells.map((cell) => ({ ...cell, strength: cell.value === null ? null : strength(cell.value) }))
  const x = { field: "column", type: "ordinal", sort: columns, scale: { domain: [...columns] }, axis: { title: xTitle, labelAngle: 0, ticks: false, domain: false } } as const
  const y = {
    field: "row", type: "nominal", sort: rows, scale: { domain: [...rows] },
    axis: { title: null, ticks: false, domain: false, labelColor: "var(--ink)", labelLimit: 190, labelExpr: "split(datum.label, '\\n')" }
  } as const
  return {
    width: 520, height: { step: Math.max(38, 10 + 14 * Math.max(...rows.map((row) => row.split("\n").length))) }, autosize: { type: "fit-x", contains: "padding" }, padding: 4,
    data: { values },
    layer: [
      {
        transform: [{ filter: "isValid(datum.strength)" }],
        mark: { type: "rect", fill: "var(--tint)", stroke: "var(--paper)", strokeWidth: 2 },
        encoding: { x, y, fillOpacity: { field: "strength", type: "quantitative", legend: null, scale: { domain: [0, 1], range: [0.05, 0.55] } } }
      },
      {
        transform: [{ filter: "!isValid(datum.strength)" }],
        mark: { type: "rect", fill: null, stroke: "var(--line)", strokeDash: [3, 3], strokeWidth: 1, xOffset: 2, x2Offset: -2, yOffset: 2, y2Offset: -2 },
        encoding: { x, y }
      },
      {
        mark: { type: "text", fontSize: 13 },
        encoding: {
          x, y, text: { field: "text" },
          color: { condition: { test: "!isValid(datum.strength)", value: "var(--muted)" }, value: "var(--ink)" }
        }
      }
    ]
  }
}
