/** The adviser's look at the data that a plan trains on, a step for each data: kept, so that pages and MLflow can be drawn from it again. */
import { basename } from "node:path"
import { Effect } from "effect"
import { adviseOnPrepared, adviserIdentity, keptFiles } from "../advice/kept-files.ts"
import { sampleLimits, type PreparedTraces } from "../advice/survey-prepared.ts"
import type { PlannedAdvice } from "../journal/RecordedPlan.ts"
import type { CellSettings } from "../spec/ExperimentSpec.ts"
import { canonicalJson, digestOf } from "./canonical.ts"
import type { DataContext } from "./DataContext.ts"
import type { Cell, GridAxis } from "./grid/Cell.ts"
import type { Shared } from "./shared.ts"
import type { Step } from "./Step.ts"
import type { Machine } from "./steps.ts"

/** Whose tokenizer it is, without where it lies. */
const tokenizerName = (student: CellSettings["student"]): string => {
  const name = "model" in student ? student.model : "train" in student ? student.train : student.tokenizer
  return name.startsWith("/") || "train" in student ? basename(name) : name
}

/** A data set tells its own derivations; those of records were looked for as the spec says. */
const matcherOf = (data: DataContext, { derivation }: CellSettings["data"]): PreparedTraces["matcher"] =>
  data.train.summary.dataFormat === null ? "told" : derivation === "off" ? null : derivation

const tracesOf = (data: DataContext, settings: CellSettings): PreparedTraces => {
  const { prepared, summary, textOf } = data.train
  return {
    name: data.source, format: summary.dataFormat, count: data.mainRows, tokens: prepared.firstToken_N1[data.mainRows]!,
    row: prepared.row, textOf, tokenizer: `the tokenizer of ${tokenizerName(settings.student)}`, matcher: matcherOf(data, settings.data),
    leftOut: Object.fromEntries(summary.tally.reasons.map(({ count, reason }) => [reason, count])),
    leftOutAt: Object.fromEntries(summary.tally.reasons.flatMap(({ examples: [first], reason }) => first === undefined ? [] : [[reason, first]])),
    open: summary.unfinished
  }
}

/** Traces and tokens that are looked at in a second, roughly. */
const [rowsPerSecond, tokensPerSecond] = [10_000, 1_000_000]

const adviceStep = (name: string, data: DataContext, settings: CellSettings, machine: Machine): Step => {
  const { matcher, tokenizer, tokens, count, ...traces } = tracesOf(data, settings)
  // The prepare step's id names traces, tokenizer and all that was left out.
  const identity = { kind: "analyse", adviser: adviserIdentity, prepared: data.train.step, rows: count, name: traces.name, tokenizer, matcher }
  return {
    id: digestOf(identity), kind: "analyse", label: `adviser on the training data${name === "" ? "" : `, ${name}`}`, inputs: {}, identity,
    work: { kind: "analyse", advise: async (signal) => keptFiles(await adviseOnPrepared({ matcher, tokenizer, tokens, count, ...traces }, signal)) },
    engine: machine.engine, numerics: machine.numerics,
    predictedSeconds: 0.5 + Math.min(count, sampleLimits.rows) / rowsPerSecond + Math.min(tokens, sampleLimits.tokens) / tokensPerSecond,
    longestCallSeconds: 0
  }
}

/** What tells the data of cells apart: their own axes, "style=early". */
const nameOf = ({ axes }: Cell, all: ReadonlyArray<GridAxis>): string => {
  const telling = all.filter(({ path, values }) => /^(?:data|student)\b/u.test(path) && values.length > 1)
  const lastOf = (path: string): string => path.split(".").at(-1)!
  const isAlone = (path: string): boolean => telling.filter((axis) => lastOf(axis.path) === lastOf(path)).length === 1
  return telling.map(({ name, path }) =>
    `${isAlone(path) ? lastOf(path) : name}=${typeof axes[path] === "string" ? axes[path] : JSON.stringify(axes[path])}`).join(" ")
}

/**
 * A step for each of the data that cells train on; what is replayed beside them makes no other.
 * @param cells those that are not left out
 */
export const adviceSteps = Effect.fnUntraced(function*(
  cells: ReadonlyArray<Cell>, axes: ReadonlyArray<GridAxis>, shared: Shared, machineFor: (settings: CellSettings) => Machine | null
) {
  const steps = new Map<string, { readonly step: Step; readonly name: string }>()
  const seen = new Set<string>()
  for (const cell of cells) {
    const { settings } = cell
    const [data, student, machine] = [yield* shared.data(settings), yield* shared.student(settings), machineFor(settings)]
    if (data === null || student === null || machine === null) continue
    const key = `${student.tokenizer} ${settings.sequence.quirks.join()} ${canonicalJson(settings.data)}`
    if (seen.has(key)) continue
    seen.add(key)
    const name = nameOf(cell, axes)
    const step = adviceStep(name, data, settings, machine)
    if (!steps.has(step.id)) steps.set(step.id, { step, name })
  }
  const all = [...steps.values()]
  const names = all.map(({ name }) => name)
  return all.map(({ name, step }, place): { readonly step: Step; readonly planned: PlannedAdvice } => ({
    step,
    planned: { step: step.id, name: all.length === 1 ? "" : names.indexOf(name) === place && name !== "" ? name : `${name} ${place + 1}`.trim() }
  }))
})
