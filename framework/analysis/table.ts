/** The results as plain text for a terminal, at most 100 columns wide. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { axisText, varyingAxes, wordOf } from "./axis-values.ts"
import { judge } from "./claims/judge.ts"
import { claimLine, verdictSummary } from "./claims/words.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { compact, mebibytes, percent, plural, ratioText, secondsText } from "./format.ts"
import {
  aliasNotes, baselineNotes, caution, ceilingNotes, failureNotes, fewSeedsNotes, generalisation, leftOutNotes, ruleNames, undefinedNotes
} from "./notes.ts"
import type { Retention } from "./retention.ts"
import { type CellRow, type ModelRow, type TidyTables, tidy } from "./tidy.ts"

const width = 100

/** Verdicts, then the results table of every evaluation, with the notes that must go with it. Ends without a line break. */
export const resultsTable = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  tables: TidyTables = tidy(plan, outcomes)
): string => {
  const against = plan.cells.some(({ baselines }) => baselines.matched !== null) ? "matched" : "reference"
  const blocks = plan.evaluations.map(({ name, samples }) => {
    const cells = tables.cells.filter((row) => row.evaluation === name)
    const models = tables.models.filter((row) => row.evaluation === name)
    const items = Math.max(0, ...[...cells, ...models].map((row) => row.items))
    const title = [
      plan.experiment, name, plural(items, "item"), ...(samples > 1 ? [plural(samples, "sample")] : []),
      plural(plan.seeds.length, "seed")
    ].join("  ")
    return [fit(title, width).trimEnd(), "", ...rows(plan, cells, models, against)].join("\n")
  })
  return [claimLines(plan, outcomes), ...blocks, notes(plan, outcomes, tables, against).map((text) => wrapped(text)).join("\n")].filter((text) => text !== "").join("\n\n")
}

/** One entry a hypothesis; "" where the spec makes no claim. */
const claimLines = (plan: RecordedPlan, outcomes: ExperimentOutcomes): string => {
  if (plan.claims.length === 0) return ""
  const judged = judge(plan, outcomes)
  const { withdrawn } = outcomes.claims
  return [
    wrapped(`Verdicts  ${verdictSummary(judged)}`),
    ...judged.map((one) => wrapped(`  ${claimLine(one)}`, 4)),
    ...(withdrawn.length === 0 ? [] : [wrapped(`Withdrawn after results, and still counted by Holm: ${withdrawn.map(({ cellName, claim }) => `${claim}: ${cellName}`).join("; ")}.`)])
  ].join("\n")
}

/** Columns after the axes: title, width. The first two are the measure, the rest the price. */
const columns = [["score", 8], ["retention  95 %", 19], ["tokens", 8], ["seconds", 8], ["peak", 9]] as const
const fixedWidth = columns.reduce((sum, [, wide]) => sum + wide + 2, 0)

const rows = (
  plan: RecordedPlan,
  cells: ReadonlyArray<CellRow>,
  models: ReadonlyArray<ModelRow>,
  against: "matched" | "reference"
): ReadonlyArray<string> => {
  const isCell = (row: CellRow) => row.role === "cell"
  const planned = new Map(plan.cells.map((cell) => [cell.index, cell]))
  const wordsOf = (row: CellRow, path: string) => wordOf(planned.get(row.cell)!, path)
  // What few cells vary names a group of rows, not a column of its own.
  const varied = varyingAxes(plan)
  const main = cells.filter(isCell)
  const axes = varied.filter(({ path }) => main.filter((row) => wordsOf(row, path) !== null).length * 2 >= main.length)
  const beside = (row: CellRow): string =>
    varied.filter((axis) => !axes.includes(axis))
      .flatMap(({ name, path }) => wordsOf(row, path) === null ? [] : [`${name}=${clean(wordsOf(row, path)!)}`]).join(" ")
  const labels = (row: CellRow) =>
    axes.map(({ path }, place) => (place === 0 && row.status === "alias" ? "= " : "") + clean(axisText(row.axes[path])))
  const wide = axes.map(({ name }, place) => Math.max(name.length, ...cells.map((row) => labels(row)[place]!.length)))
  const label = (words: ReadonlyArray<string>) =>
    fit(words.map((word, place) => word.padEnd(wide[place]!)).join("  "), labelWidth)
  const needed = Math.max("base student".length, wide.reduce((sum, one) => sum + one + 2, -2))
  const labelWidth = Math.min(needed, width - 2 - fixedWidth)
  const line = (name: string, values: ReadonlyArray<string>) =>
    `  ${name.padEnd(labelWidth)}${values.map((value, place) => `  ${value.padStart(columns[place]![1])}`).join("")}`.trimEnd()
  const cellLine = (row: CellRow) => {
    if (row.status === "left-out") return line(label(labels(row)), ["left out"])
    return line(label(labels(row)), [
      scoreText(row.scores[plan.primaryRule]?.estimate, row),
      retentionText(row.retention[against]),
      ...(row.cost === null
        ? ["", "", ""]
        : [compact(row.cost.tokens), secondsText(row.cost.seconds), mebibytes(row.cost.peakBytes)])
    ])
  }
  const groups = (of: ReadonlyArray<CellRow>, prefix: string): ReadonlyArray<string> =>
    [...new Set(of.map(beside))].flatMap((words) => {
      const heading = [prefix, words].filter((text) => text !== "").join(": ")
      return [...(heading === "" ? [] : [fit(`  ${heading}`, width).trimEnd()]), ...of.filter((row) => beside(row) === words).map(cellLine)]
    })
  const controls = cells.filter((row) => !isCell(row))
  return [
    line(label(axes.map(({ name }) => name)), columns.map(([title]) => title)),
    ...groups(main, ""),
    ...groups(controls, controls.every((row) => beside(row) === "") ? "controls" : "control"),
    ...models.map((row) => line(fit(row.model, labelWidth), [scoreText(row.scores[plan.primaryRule]?.estimate, null)]))
  ]
}

const scoreText = (score: number | undefined, row: CellRow | null): string =>
  score !== undefined ? percent(score) : row?.failed === true ? "failed" : "-"

/** Retention in a column: "0.93  0.88 to 0.98", "baseline", "not defined", "-" while waiting. */
export const retentionText = (retention: Retention): string => {
  switch (retention.kind) {
    case "baseline": return "baseline"
    case "waiting": return "-"
    case "not-defined": return "not defined"
    case "measured": {
      const { estimate, high, low } = retention.interval
      return `${ratioText(estimate)}  ${ratioText(low)} to ${ratioText(high)}`
    }
  }
}

const notes = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  tables: TidyTables,
  against: "matched" | "reference"
): ReadonlyArray<string> => {
  const aliases = aliasNotes(plan)
  const leftOut = leftOutNotes(plan)
  const failures = failureNotes(tables)
  const short = baselineNotes(plan, outcomes).filter(({ byTwentyPoints }) => !byTwentyPoints)
  return [
    `Score: ${ruleNames[plan.primaryRule]}. Retention: score over the ${against} baseline's; ${generalisation(plan)}. ` +
      "Tokens, seconds: training, mean of a trial; peak: the largest.",
    ...(caution(plan) === null ? [] : [`Label: ${caution(plan)}.`]),
    ...ceilingNotes(plan, tables.cells),
    ...undefinedNotes(tables.cells, against).map(({ cells, reason }) => `Retention not defined (${plural(cells, "cell")}): ${reason}.`),
    ...fewSeedsNotes(plan, tables.cells).map((text) => `Fewer seeds: ${text}.`),
    ...short.filter(({ beats }) => beats).map(({ cell, margin }) => `Baseline ${cell} beats the base student by less than 20 points: ${margin}.`),
    ...aliases.map(({ alias, of }) => `= Same trials: ${alias} is ${of}.`),
    ...leftOut.map(({ cell, reason }) => `Left out: ${cell}: ${reason}.`),
    ...failures.map(({ trial, why }) => `Failed: ${trial}: ${why}`)
  ]
}

const fit = (text: string, room: number): string =>
  text.length <= room ? text.padEnd(room) : `${text.slice(0, room - 1)}…`

/** Words wrapped at the table's width; what goes on is indented. */
const wrapped = (text: string, indent = 2): string => {
  const lines: Array<string> = []
  const margin = /^ */u.exec(text)![0]
  let line = ""
  for (const word of clean(text).split(" ")) {
    const start = lines.length === 0 && line === "" ? margin : ""
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = " ".repeat(indent) + word
    } else line = line === "" ? start + word : `${line} ${word}`
  }
  return [...lines, line].join("\n")
}

/** No control characters of a message reach the terminal. */
const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim()

export { clean, fit, wrapped }
