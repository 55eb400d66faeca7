/** The comparison as plain text for a terminal, at most 100 columns wide. */
import { pText } from "../format.ts"
import { points } from "../retention.ts"
import { clean, fit, wrapped } from "../table.ts"
import { meaning, pairName, scoreOf, summary } from "./comparison-words.ts"
import type { ComparedCell, Comparison } from "./Comparison.ts"

const width = 100
const columns = [["A", 8], ["B", 8], ["B less A, points  95 %", 24], ["adjusted p", 10]] as const
const room = width - 2 - columns.reduce((sum, [, wide]) => sum + wide + 2, 0)

export const comparisonTable = (comparison: Comparison): string => {
  const { a, b, evaluations, fields, remarks, rows, unpaired } = comparison
  const wide = Math.min(room, Math.max(4, ...rows.map((row) => pairName(row).length)))
  const line = (name: string, values: ReadonlyArray<string>) =>
    `  ${fit(clean(name), wide)}${values.map((value, place) => `  ${value.padStart(columns[place]![1])}`).join("")}`.trimEnd()
  const cell = (row: ComparedCell) => {
    const { difference } = row
    const told = difference.kind === "measured" ? [points(difference.interval).replace(" points", " "), pText(difference.adjustedP)]
      : [difference.kind === "same-trials" ? "the same trials" : difference.kind === "waiting" ? "-" : "not defined"]
    return line(pairName(row), [scoreOf(comparison, row.a), scoreOf(comparison, row.b), ...told])
  }
  const reasons = new Set(rows.flatMap(({ difference }) => difference.kind === "not-defined" ? [difference.reason] : []))
  const blocks = [
    [`A  ${a.plan.experiment}: ${a.plan.description}`, `B  ${b.plan.experiment}: ${b.plan.description}`].map((text) => wrapped(text)).join("\n"),
    ...evaluations.map((names) => [
      clean(names.a === names.b ? names.a : `${names.a} | ${names.b}`), "", line("cell", columns.map(([title]) => title)),
      ...rows.filter((row) => row.a.evaluation === names.a).map(cell)
    ].join("\n")),
    [
      summary(comparison), meaning(comparison), ...remarks,
      ...[...reasons].map((reason) => `Not defined: ${reason}.`),
      ...unpaired.map((one) => `Without a partner: ${one.side}: ${one.cell.name}: ${one.reason}.`),
      ...fields.slice(0, 20).map((one) => `Differs: ${one.field}: ${one.a ?? "-"} | ${one.b ?? "-"}`),
      ...(fields.length > 20 ? [`Differs: ${fields.length - 20} fields more; the report has them.`] : [])
    ].map((text) => wrapped(text)).join("\n")
  ]
  return blocks.filter((text) => text !== "").join("\n\n")
}
