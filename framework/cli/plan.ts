/** `leadspan plan FILE`: what would be run, and what it would cost. */
import { join } from "node:path"
import { Effect } from "effect"
import { readJournal } from "../journal/reader.ts"
import { foldJournal } from "../journal/state.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { claimWarnings } from "../plan/claim-warnings.ts"
import { expectedWork } from "../runner/find-work.ts"
import { isDoneByOthers, stepsOfOthers } from "../runner/known-steps.ts"
import { load } from "../spec/load.ts"
import { dataLines } from "./data-lines.ts"
import { detectableLines, whatPlanDetects } from "./detectable-lines.ts"
import { openSession } from "./session.ts"
import { refuseMissingGpus, slotsFor } from "./slots.ts"
import { bold, dim, duration, print, short } from "./terminal.ts"

type PlannedCell = RecordedPlan["cells"][number]

const columns = [
  ["cell", 5], ["name", 44], ["trials", 8], ["steps", 7], ["targets", 9], ["tokens", 9], ["FLOPs", 9], ["time", 11], ["memory", 9]
] as const

const row = (texts: ReadonlyArray<string>): string =>
  texts.map((text, index) => {
    const width = columns[index]?.[1] ?? 10
    return index < 2 ? text.slice(0, width - 1).padEnd(width) : text.padStart(width)
  }).join("").trimEnd()

/** @param trainedAs an earlier cell with the same trials, asked otherwise */
const cellRow = (cell: PlannedCell, done: number, trainedAs: number | undefined): string => {
  const { predicted } = cell
  if (trainedAs !== undefined) return row([String(cell.index), cell.name, `${done}/${cell.trials.length}`, ` trained as cell ${trainedAs}, asked otherwise`])
  if (cell.status === "left-out") return row([String(cell.index), cell.name, "left out:", ` ${cell.reason ?? ""}`])
  if (cell.status === "alias") return row([String(cell.index), cell.name, "", `= cell ${cell.aliasOf}`])
  if (predicted === null) return row([String(cell.index), cell.name])
  return row([
    String(cell.index), cell.name, `${done}/${cell.trials.length}`, String(predicted.optimiserSteps), short(predicted.targets),
    short(predicted.tokens), short(predicted.flops), duration(predicted.seconds), `${short(predicted.peakBytes)}B`
  ])
}

const trialKey = ({ trials }: PlannedCell): string => trials.map(({ id }) => id).join(" ")

export const plan = Effect.fnUntraced(function*(
  given: { readonly file: string; readonly set: ReadonlyArray<string>; readonly json: boolean }
) {
  const session = yield* openSession()
  const loaded = yield* load(given.file, given.set)
  yield* refuseMissingGpus(loaded, session.project)
  const made = yield* session.planOf(loaded)
  const { recorded } = made
  const own = foldJournal(readJournal(join(session.project.journals, recorded.experiment)).records).state()
  const others = stepsOfOthers(session.project.journals, recorded.experiment)
  const isJournaled = (id: string) => own.steps.get(id)?.status === "done" || isDoneByOthers(others, id)
  const work = expectedWork(made.steps, made.wanted, session.store, isJournaled)
  const toDo = new Set(work.execute.map(({ id }) => id))
  const isDone = (id: string) => !toDo.has(id)
  const doneTrials = (cell: PlannedCell) => cell.trials.filter(({ evaluations, id }) =>
    isDone(id) && Object.values(evaluations).every(({ score }) => isDone(score))).length

  const { cells } = recorded
  const count = (status: PlannedCell["status"]) => cells.filter((cell) => cell.status === status).length
  const distinct = cells.filter(({ status }) => status === "distinct")
  // Cells that are trained alike and asked otherwise share their trials.
  const firstOf = new Map<string, number>()
  for (const cell of distinct) if (!firstOf.has(trialKey(cell))) firstOf.set(trialKey(cell), cell.index)
  const trainedAs = (cell: PlannedCell) => {
    const first = cell.status === "distinct" ? firstOf.get(trialKey(cell)) : undefined
    return first === cell.index ? undefined : first
  }
  const trained = distinct.filter((cell) => trainedAs(cell) === undefined)
  const trials = trained.flatMap((cell) => cell.trials).length
  const done = trained.reduce((sum, cell) => sum + doneTrials(cell), 0)
  const toRun = work.execute.map(({ step }) => step)
  const numSlots = slotsFor(made).length
  const seconds = toRun.reduce((sum, step) => sum + step.predictedSeconds, 0)
  const secondsOf = (kind: string) => toRun.reduce((sum, step) => sum + (step.kind === kind ? step.predictedSeconds : 0), 0)
  const asked = toRun.flatMap(({ work: task }) => task.kind === "generate" && task.via !== null
    ? [task.benchmark.items.length * task.sampling.samples * (1 + (task.sampling.forced?.thoughtTokens.length ?? 0))] : [])
  const hasMeasures = made.steps.some(({ kind }) => kind === "measure")
  const store = distinct.reduce((most, { predicted }) => Math.max(most, predicted?.storeBytes ?? 0), 0)
  const factors = recorded.axes.map(({ values }) => values.length).join(" x ") || "1"
  const counts = {
    cells: cells.length, equal: count("alias"), leftOut: count("left-out"), distinct: distinct.length, seeds: recorded.seeds.length,
    trials, done, toRun: trials - done, predictedSeconds: seconds / numSlots, slots: numSlots, storeBytes: store,
    teachSeconds: secondsOf("teach"), measureSeconds: secondsOf("measure")
  }
  const detects = yield* whatPlanDetects(session, recorded, loaded.spec.power, own)
  const warnings = claimWarnings(recorded)
  if (given.json) {
    print(JSON.stringify({ planId: made.id, counts, detectable: detects, warnings, ...recorded }, null, 2))
    return
  }
  print(`${bold(recorded.experiment)}  ${recorded.description}`)
  print(`${factors} = ${made.grid.numPoints} points -> ${cells.length} cells: ${counts.equal} equal to another, ${counts.leftOut} left out, ` +
    `${counts.distinct} distinct x ${counts.seeds} seeds = ${trials} trials: ${done} done, ${counts.toRun} to run`)
  print("")
  print(dim(row(columns.map(([name]) => name))))
  for (const cell of cells) print(cellRow(cell, doneTrials(cell), trainedAs(cell)))
  print("")
  for (const line of dataLines(recorded.data)) print(line)
  print("")
  const lines = [...detectableLines(detects), ...warnings.map((warning) => `warning: ${warning}`)]
  for (const line of lines) print(line)
  if (lines.length > 0) print("")
  print(`${toRun.length} steps to run, about ${duration(seconds / numSlots)} on ${numSlots} slots; teacher store about ${short(store)}B, one pass for the grid` +
    (hasMeasures ? `; measures that selectors choose tokens by: about ${duration(secondsOf("measure"))}, once for all cells of a student` : ""))
  if (asked.length > 0) {
    print(`${asked.length} of them ask a server, ${short(asked.reduce((sum, count) => sum + count, 0))} requests at most: how long it takes is not predicted`)
  }
}, Effect.scoped)
