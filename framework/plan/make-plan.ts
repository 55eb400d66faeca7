/**
 * A validated spec and its cells become a plan: a graph of frozen steps, each with an id that hashes what bears on its
 * result. Equal trials become one; cells with nothing to supervise are left out with the reason; everything else that is
 * wrong is told at once, before anything starts.
 */
import { basename } from "node:path"
import { Effect, type Scope } from "effect"
import type { EngineDescription } from "../engines/Engine.ts"
import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"
import type { Store } from "../journal/store.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import type { CellSettings } from "../spec/ExperimentSpec.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import type { SpecError } from "../spec/SpecError.ts"
import { toYaml } from "../spec/to-yaml.ts"
import { adviceSteps } from "./advice-steps.ts"
import { digestOf } from "./canonical.ts"
import { recordedData } from "./recorded-data.ts"
import { budgetRatio } from "./flops-budget.ts"
import { gatherProblems } from "./cell-problems.ts"
import { type Drafts, makeDrafts } from "./drafts.ts"
import { makeCellPlanner } from "./cell-planner.ts"
import type { Grid } from "./grid/Cell.ts"
import { resolveGrid } from "./grid/expand-grid.ts"
import type { Speed } from "./predict.ts"
import { BadModel, type TrainedModel } from "./resolve-model.ts"
import { makeShared, type ReadyModel } from "./shared.ts"
import type { Step } from "./Step.ts"
import { machineOf, numericsOf } from "./steps.ts"

export interface Plan {
  readonly id: string
  readonly recorded: RecordedPlan
  /** inputs before the steps that read them, most urgent first */
  readonly steps: ReadonlyArray<Step>
  /** ids of the steps whose outcome is asked for */
  readonly wanted: ReadonlySet<string>
  readonly loaded: LoadedSpec
  readonly grid: Grid
}

export interface PlanContext {
  readonly registry: PluginRegistry
  readonly store: Store
  readonly load: (file: string) => Effect.Effect<LoadedSpec, SpecError>
  /** a file's path as it is shown to people, without what only this machine knows */
  readonly shownFile: (file: string) => string
  /** of one slot */
  readonly speedOf: (engine: EngineDescription) => Speed
}

/** Gathers steps, each id once, in the order in which they are met. */
const makeSteps = () => {
  const steps = new Map<string, Step>()
  return {
    add: (step: Step): string => {
      if (!steps.has(step.id)) steps.set(step.id, step)
      return step.id
    },
    has: (id: string): boolean => steps.has(id),
    all: (): ReadonlyArray<Step> => [...steps.values()]
  }
}

/** Inputs first, otherwise as they stand. */
const inputsFirst = (steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const sorted = new Map<string, Step>()
  const visit = (step: Step): void => {
    if (sorted.has(step.id)) return
    for (const input of Object.values(step.inputs)) {
      const read = byId.get(input)
      if (read !== undefined) visit(read)
    }
    sorted.set(step.id, step)
  }
  for (const step of steps) visit(step)
  return [...sorted.values()]
}

/** Settings that people compare runs by. */
const paramsOf = ({ loss, student, teacher, train }: CellSettings): Record<string, string> => ({
  learning_rate: String(train.learningRate),
  schedule: train.schedule.kind,
  batch_sequences: String(train.batch.sequences),
  budget: (train.steps === null ? `${train.epochs} epochs` : `${train.steps} steps`) +
    (train.budget === null ? "" : ` of ratio ${budgetRatio(train.budget)}, its FLOPs by ${train.budget.by}`),
  replay_share: String(train.replay?.share ?? 0),
  loss: loss.weight === 0 ? "cross-entropy" : loss.distil ?? "cross-entropy",
  distil_weight: String(loss.weight),
  temperature: String(loss.temperature),
  reduce: loss.reduce,
  student: modelName(student),
  ...(teacher === null ? {} : { teacher: modelName(teacher) })
})

const modelName = (ref: CellSettings["student"]): string =>
  "model" in ref ? basename(ref.model) === ref.model || !ref.model.startsWith("/") ? ref.model : basename(ref.model)
    : "train" in ref ? basename(ref.train) : "fresh weights"

/** The student that another file's one trial trains. */
const trainedModel = (
  file: string, context: PlanningContext, ancestors: ReadonlyArray<string>, addStep: (step: Step) => void
): Effect.Effect<TrainedModel, BadModel> => Effect.gen(function*() {
  if (ancestors.includes(file)) {
    return yield* new BadModel({ message: `${file} is trained by way of itself`, advice: "break the circle of `train:`" })
  }
  const loaded = yield* context.load(file)
  const { plan, student } = yield* planWith(loaded, context, [...ancestors, file])
  const trials = plan.recorded.cells.flatMap((cell) => cell.trials)
  const [only] = trials
  if (only === undefined || trials.length > 1) {
    return yield* new BadModel({
      message: `${file} plans ${trials.length} trials; the model used is the student of exactly one`, advice: "give that file no grid and one seed"
    })
  }
  for (const step of plan.steps) if (step.kind === "teach" || step.kind === "measure" || step.kind === "train") addStep(step)
  return { step: only.id, student }
}).pipe(Effect.catchTag("SpecError", (error) =>
  Effect.fail(new BadModel({ message: `${file} is not valid:\n${error.message}`, advice: "mend that file" }))))

type PlanningContext = PlanContext & { readonly drafts: Drafts; readonly scope: Scope.Scope }

/** Each distinct list of evaluations that cells have. */
const evaluatedIn = ({ cells }: Grid): ReadonlyArray<CellSettings["evaluate"]> => [...new Set(cells.map(({ settings }) => settings.evaluate))]

interface Planned {
  readonly plan: Plan
  readonly student: ReadyModel
}

const planWith = (
  loaded: LoadedSpec, context: PlanningContext, ancestors: ReadonlyArray<string>
): Effect.Effect<Planned, SpecError> => Effect.gen(function*() {
  const { spec } = loaded
  const grid = yield* resolveGrid(loaded)
  const problems = gatherProblems(loaded)
  const steps = makeSteps()
  const shared = makeShared({
    loaded, problems, evaluated: evaluatedIn(grid), registry: context.registry, drafts: context.drafts, scope: context.scope,
    planTrained: (file) => trainedModel(file, context, ancestors, steps.add)
  })
  const planner = makeCellPlanner({ grid, problems, shared, addStep: steps.add, hasStep: steps.has, speedOf: context.speedOf, allSeeds: spec.seeds })

  const owners = new Map<string, number>()
  const cells: Array<PlannedCell> = []
  for (const cell of grid.cells) {
    const planned = yield* planner.cell(cell)
    if (planned === null) continue
    // Cells that are trained alike and asked otherwise share their trials, and have scores of their own.
    const key = JSON.stringify(planned.trials.map(({ evaluations, id }) => [id, Object.values(evaluations).map(({ score }) => score)]))
    const owner = planned.reason === null ? owners.get(key) ?? cell.index : cell.index
    if (planned.reason === null && !owners.has(key)) owners.set(key, cell.index)
    cells.push({
      index: cell.index, name: cell.name, axes: cell.axes, words: cell.words, role: cell.role, params: paramsOf(cell.settings),
      status: planned.reason !== null ? "left-out" : owner === cell.index ? "distinct" : "alias",
      reason: planned.reason, aliasOf: owner === cell.index ? null : owner,
      trials: planned.trials, baselines: cell.baselines, predicted: planned.predicted
    })
  }
  yield* problems.check

  const isLeftOut = (index: number | null): boolean => index !== null && cells[index]?.status === "left-out"
  for (const kind of ["matched", "reference"] as const) {
    const victim = cells.find((cell) => cell.status !== "left-out" && isLeftOut(cell.baselines[kind]))
    if (victim === undefined) continue
    const baseline = cells[victim.baselines[kind] as number] as PlannedCell
    problems.add(`baseline.${kind}`, "left-out", `the baseline of ${victim.name} is left out: ${baseline.name}: ${baseline.reason}`)
  }
  for (const claim of grid.claims) {
    const gone = claim.cells.find(isLeftOut)
    if (gone !== undefined) {
      problems.add(`claims.${claim.name}`, "left-out", `a cell of the claim is left out: ${cells[gone]?.name}: ${cells[gone]?.reason}`)
    }
  }
  if (cells.every((cell) => cell.status === "left-out")) {
    problems.add("grid", "left-out", `no cell is left to run: ${cells[0]?.reason ?? "the grid is empty"}`)
  }
  yield* problems.check

  const first = grid.cells[0] as Grid["cells"][number]
  const references = yield* planner.references()
  const data = yield* shared.data(first.settings)
  const student = yield* shared.student(first.settings)
  const evaluations = yield* shared.evaluations(first.settings)
  const engine = shared.engine(first.settings)
  for (const claim of grid.claims) {
    const asked = evaluations.filter(({ planned }) => (claim.evaluations ?? [claim.evaluation]).includes(planned.name))
    const tiers = [...new Set(asked.flatMap(({ benchmark }) => benchmark.items.map(({ tier }) => tier)))].sort()
    if (claim.tier !== undefined && !tiers.includes(claim.tier)) {
      problems.add(`claims.${claim.name}.tier`, "unknown-value", `no item of ${claim.evaluation} is of tier \`${claim.tier.slice(0, 80)}\``,
        `Their tiers: ${tiers.slice(0, 12).join(", ")}.`)
    }
  }
  yield* problems.check
  if (data === null || student === null || engine === null) return yield* Effect.die(new Error("a problem was not gathered"))

  const advised = yield* adviceSteps(grid.cells.filter(({ index }) => !isLeftOut(index)), grid.axes, shared, (settings) => {
    const runs = shared.engine(settings)
    return runs === null ? null : machineOf(settings, runs, context.speedOf(runs))
  })
  // First: it takes a moment, and whoever looks on sees the data while training goes on.
  const all = inputsFirst([...advised.map(({ step }) => step), ...steps.all()])
  const trials = cells.flatMap((cell) => cell.trials)
  const results = new Set([
    ...trials.flatMap((trial) => {
      const scores = Object.values(trial.evaluations).map(({ score }) => score)
      return scores.length > 0 ? [trial.id, ...scores] : [trial.id]
    }),
    ...Object.values(references.baseStudent ?? {}), ...Object.values(references.teacher ?? {})
  ])
  const wanted = new Set([...advised.map(({ step }) => step.id), ...results])
  const recorded: RecordedPlan = {
    format: 1,
    experiment: spec.experiment,
    description: spec.description,
    specFile: context.shownFile(loaded.file),
    specYaml: toYaml(loaded),
    engine: engine.name,
    numerics: engine.numerics(numericsOf(first.settings.resources)),
    axes: grid.axes,
    seeds: spec.seeds,
    steps: all.map((step) => ({
      id: step.id, kind: step.kind, label: step.label, inputs: step.inputs, predictedSeconds: step.predictedSeconds
    })),
    cells,
    evaluations: evaluations.map(({ planned }) => planned),
    claims: grid.claims,
    baseStudent: references.baseStudent,
    teacher: references.teacher,
    teachSteps: all.filter(({ kind }) => kind === "teach").map(({ id }) => id),
    adviceSteps: advised.map(({ planned }) => planned),
    data: recordedData(data),
    primaryRule: spec.score
  }
  const plan: Plan = {
    // Words for people, what is said of the data and speeds measured on this machine do not make another plan.
    id: digestOf({ cells: cells.map(({ axes, name, reason, role, trials: of }) => ({ axes, name, reason, role, of })), claims: grid.claims, wanted: [...results].sort() }),
    recorded, steps: all, wanted, loaded, grid
  }
  return { plan, student }
})

/**
 * Plans a loaded spec. Prepares data (pure, cached) and runs nothing else; a plan that is refused keeps nothing.
 * Its steps read prepared data until the scope ends. Fails with `SpecError`, holding every problem of every cell.
 */
export const makePlan = (loaded: LoadedSpec, context: PlanContext): Effect.Effect<Plan, SpecError, Scope.Scope> => Effect.gen(function*() {
  const drafts = makeDrafts(context.store)
  const scope = yield* Effect.scope
  const { plan } = yield* planWith(loaded, { ...context, drafts, scope }, []).pipe(Effect.tap(() => drafts.keep), Effect.ensuring(drafts.drop))
  return plan
})
