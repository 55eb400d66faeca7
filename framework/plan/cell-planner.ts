/** One cell of the grid to its trials: view, schedule, identity, and the steps that these need. */
import { Effect } from "effect"
import type { EngineDescription } from "../engines/Engine.ts"
import type { OptimiserStep } from "../engines/Task.ts"
import type { PlannedTrial, Predicted } from "../journal/RecordedPlan.ts"
import type { DataView } from "../sequence/data-views.ts"
import { reasonToLeaveOut } from "../sequence/sparse.ts"
import type { ViewRequest } from "../sequence/view.ts"
import { digestOf } from "./canonical.ts"
import type { CellProblems } from "./cell-problems.ts"
import type { DataContext } from "./DataContext.ts"
import { trainFlops } from "./flops.ts"
import type { Cell, Grid } from "./grid/Cell.ts"
import { remember, textOf } from "./memo.ts"
import { predictTrial, type Speed } from "./predict.ts"
import type { ReadyModel, Shared } from "./shared.ts"
import type { Step } from "./Step.ts"
import { evaluationSteps, machineOf, teacherTargets, teachStep } from "./steps.ts"
import { digestOfSchedule, mostRowsOf, rowsOf, scheduleOf, trialIdentity } from "./trial.ts"

export interface CellPlannerContext {
  readonly grid: Grid
  readonly problems: CellProblems
  readonly shared: Shared
  /** Takes a step into the plan, once; returns its id. */
  readonly addStep: (step: Step) => string
  readonly speedOf: (engine: EngineDescription) => Speed
  readonly allSeeds: ReadonlyArray<number>
}

export interface PlannedCellWork {
  readonly reason: string | null
  readonly trials: ReadonlyArray<PlannedTrial>
  readonly predicted: Predicted | null
}

export interface CellPlanner {
  /** Null where a problem was found (and gathered). */
  readonly cell: (cell: Cell) => Effect.Effect<PlannedCellWork | null>
  /** Rows beside the cells: the untrained student and the teacher, if the whole grid has one of each. */
  readonly references: () => Effect.Effect<References>
}

type ScoreSteps = Readonly<Record<string, string>> | null
interface References { readonly baseStudent: ScoreSteps; readonly teacher: ScoreSteps }

/** A schedule and what follows from it, for all cells that feed the same tokens in the same order. */
interface ReadySchedule {
  readonly steps: ReadonlyArray<OptimiserStep>
  readonly digest: string
  /** of its largest call */
  readonly longestCallFlops: number
}

const storeBytesPerToken = (settings: Cell["settings"], vocabulary: number): number => {
  const { dtype, k, mode } = settings.teacherStore
  const bytes = dtype === "float16" ? 2 : 4
  return mode === "topk" ? (k ?? vocabulary) * (bytes + 4) + 4 : vocabulary * bytes
}

export const makeCellPlanner = (context: CellPlannerContext): CellPlanner => {
  const { addStep, allSeeds, grid, problems, shared } = context
  const schedules = new Map<string, ReadySchedule>()
  const predictions = new Map<string, Predicted>()
  const reasons = new Map<string, string | null>()
  const rowsMemo = new WeakMap<DataContext, (key: string) => ReadonlyArray<ReadonlyArray<number>>>()

  /** Temperatures at which the grid asks a teacher: a top-k store keeps a log-sum-exp for each. */
  const temperatures = remember((teacher: string) => [...new Set(grid.cells
    .filter(({ settings }) => textOf(settings.teacher) === teacher && settings.loss.weight > 0)
    .map(({ settings }) => settings.loss.temperature))])

  const rowsFor = (settings: Cell["settings"], data: DataContext, seed: number) => {
    const { batch, epochs, replay, steps } = settings.train
    let memo = rowsMemo.get(data)
    if (memo === undefined) {
      memo = remember((key) => {
        const asked = JSON.parse(key) as { train: Pick<typeof settings.train, "batch" | "epochs" | "steps" | "replay">; seed: number }
        return rowsOf(asked.train as typeof settings.train, data, asked.seed)
      })
      rowsMemo.set(data, memo)
    }
    return memo(JSON.stringify({ train: { batch, epochs, replay, steps }, seed }))
  }

  const teachSteps = (teacher: ReadyModel, data: DataContext, cell: Cell, engine: EngineDescription) => {
    const machine = machineOf(cell.settings, engine, context.speedOf(engine))
    const asked = temperatures(textOf(cell.settings.teacher))
    const train = addStep(teachStep("teacher's pass over the training data", teacher, data.train, cell.settings, asked, machine))
    const validation = data.validation === null ? null
      : addStep(teachStep("teacher's pass over the held-out data", teacher, data.validation, cell.settings, asked, machine))
    return { train, validation }
  }

  const cellWork: CellPlanner["cell"] = Effect.fnUntraced(function*(cell: Cell) {
    const { settings } = cell
    const engine = shared.engine(settings)
    const student = yield* shared.student(settings)
    const teacher = yield* shared.teacher(settings)
    const data = yield* shared.data(settings)
    const truncation = yield* shared.truncation(settings)
    const selector = yield* shared.selector(settings)
    const distillation = yield* shared.distillation(settings)
    const evaluations = yield* shared.evaluations(settings)
    if (engine === null || student === null || data === null || truncation === null) return null
    if (settings.sequence.selector !== null && selector === null) return null
    if (settings.loss.distil !== null && settings.loss.weight > 0 && distillation === null) return null

    const machine = machineOf(settings, engine, context.speedOf(engine))
    const mostRows = mostRowsOf(student.shape, settings.train.batch.microTokens, engine.assumedFlopsPerSecond)
    const usesTeacher = distillation !== null && teacher !== null
    const teaching = usesTeacher ? teachSteps(teacher, data, cell, engine) : null
    const trials: Array<PlannedTrial> = []
    let predicted: Predicted | null = null

    for (const seed of allSeeds) {
      const request: ViewRequest = {
        truncation: { plugin: truncation.plugin, ratio: settings.sequence.truncate.ratio, options: truncation.options },
        supervised: settings.sequence.supervise,
        selection: selector === null ? null : { plugin: selector.plugin, options: selector.options, seed },
        mainRows: data.mainRows
      }
      const found = yield* problems.attempt("sequence", "bad-data", Effect.try({
        try: () => ({
          view: data.train.views.get(request),
          own: data.validation === null ? null : data.validation.views.get({ ...request, mainRows: data.validation.summary.rows })
        }),
        catch: (error) => error as Error
      }))
      if (found === null) return null
      const { own, view } = found

      const rows = rowsFor(settings, data, seed)
      const key = `${view.digest.targets}\0${textOf(settings.train)}\0${seed}\0${student.digest(seed)}`
      let reason = reasons.get(key)
      if (reason === undefined) {
        reason = reasonToLeaveOut(view.counts, rows, settings.train.allowSparse)
        reasons.set(key, reason)
      }
      if (reason !== null) return { reason, trials: [], predicted: null }

      const schedule = (): ReadonlyArray<OptimiserStep> => scheduleOf(settings.train, data, view, rows, mostRows)
      let ready = schedules.get(key)
      if (ready === undefined) {
        const steps = schedule()
        const calls = steps.flatMap(({ microBatches }) => microBatches)
        const longestCallFlops = calls.reduce((most, { length, rows: together }) =>
          Math.max(most, trainFlops(student.shape, together.length, length)), 0)
        ready = { steps, digest: digestOfSchedule(steps), longestCallFlops }
        schedules.set(key, ready)
      }
      const identity = trialIdentity({
        numerics: engine.numerics(machine.numerics), view, scheduleDigest: ready.digest, student: student.digest(seed),
        loss: settings.loss, distillation, train: settings.train,
        teacher: usesTeacher ? digestOf(teacherTargets(teacher, settings, machine)) : null,
        selection: settings.train.select === "last" ? "last" : {
          ...settings.train.select, everySteps: settings.train.validateEverySteps,
          validation: data.validation?.summary.digest ?? null, own: own?.digest.targets ?? null
        }
      })
      const predictionKey = `${key}\0${usesTeacher ? teacher.digest(0) : ""}\0${textOf(settings.teacherStore)}`
      let prediction = predictions.get(predictionKey)
      if (prediction === undefined) {
        const fed = data.train.fedLengths(view)
        prediction = predictTrial({
          student: student.shape, teacher: usesTeacher ? teacher.shape : null, schedule: ready.steps,
          targetsOfRow: (row) => view.counts.perRow[row] ?? 0, fedTokensOfRow: (row) => fed[row] ?? 0,
          storeBytesPerToken: usesTeacher ? storeBytesPerToken(settings, teacher.shape.vocabulary) : 0
        }, machine.speed)
        predictions.set(predictionKey, prediction)
      }
      predicted ??= prediction

      const studentInput = student.input(seed)
      const id = addStep({
        id: digestOf(identity), kind: "train", label: `${cell.name} seed=${seed}`,
        inputs: {
          ...("step" in studentInput ? { student: studentInput.step } : {}),
          ...(teaching === null ? {} : { teacher: teaching.train }),
          ...(teaching === null || teaching.validation === null ? {} : { validation: teaching.validation })
        },
        identity,
        work: {
          kind: "train", student: studentInput, prepared: data.train.step, view: view.view, tokenizerFolder: student.tokenizerFolder, teacher: teaching?.train ?? null,
          objective: {
            weight: settings.loss.weight, distil: distillation?.program ?? null, temperature: settings.loss.temperature,
            factor: distillation?.factor ?? 1, reduce: settings.loss.reduce
          },
          optimiser: settings.train.optimiser,
          schedule,
          validation: data.validation === null || own === null ? null : {
            prepared: data.validation.step, ownView: own.view, teacher: teaching?.validation ?? null,
            microTokens: settings.train.batch.microTokens, lengths: data.validation.wholeLengths,
            everySteps: settings.train.validateEverySteps
          },
          select: settings.train.select,
          resumeEverySteps: settings.train.resumeEverySteps,
          logEverySteps: settings.train.logEverySteps
        },
        engine, numerics: machine.numerics, predictedSeconds: prediction.seconds,
        longestCallSeconds: ready.longestCallFlops / engine.assumedFlopsPerSecond
      })
      const asked: Record<string, { generate: string; score: string }> = {}
      for (const evaluation of evaluations) {
        const { generate, score } = evaluationSteps(`${cell.name} seed=${seed}`, id, { step: id }, student.shape, evaluation, machine)
        asked[evaluation.planned.name] = { generate: addStep(generate), score: addStep(score) }
      }
      trials.push({ id, seed, evaluations: asked })
    }
    return { reason: null, trials, predicted }
  })

  const only = <A>(values: ReadonlyArray<A>, textOfValue: (value: A) => string): A | null =>
    new Set(values.map(textOfValue)).size === 1 ? values[0] as A : null

  const references = Effect.fnUntraced(function*() {
    const one = only(grid.cells, ({ settings }) =>
      textOf([settings.student, settings.teacher, settings.evaluate, settings.data.source, settings.resources, settings.engine]))
    if (one === null) return { baseStudent: null, teacher: null }
    const { settings } = one
    const engine = shared.engine(settings)
    const evaluations = yield* shared.evaluations(settings)
    if (engine === null) return { baseStudent: null, teacher: null }
    const machine = machineOf(settings, engine, context.speedOf(engine))
    const score = (label: string, model: ReadyModel | null): ScoreSteps => {
      if (model === null || evaluations.length === 0) return null
      return Object.fromEntries(evaluations.map((evaluation) => {
        const steps = evaluationSteps(label, model.digest(0), model.input(0), model.shape, evaluation, machine)
        addStep(steps.generate)
        return [evaluation.planned.name, addStep(steps.score)]
      }))
    }
    // Fresh weights know nothing: a row for them would only cost time.
    const student = "init" in settings.student ? null : yield* shared.student(settings)
    return { baseStudent: score("base student", student), teacher: score("teacher", yield* shared.teacher(settings)) }
  })

  return { cell: cellWork, references }
}
