/** One cell of the grid to its trials: view, schedule, identity, and the steps that these need. */
import { Effect } from "effect"
import type { EngineDescription } from "../engines/Engine.ts"
import type { PlannedTrial, Predicted } from "../journal/RecordedPlan.ts"
import type { DataView } from "../sequence/data-views.ts"
import { reasonToLeaveOut } from "../sequence/sparse.ts"
import { digestOf, textOf } from "./canonical.ts"
import { budgetRatio, spendAlike, withoutBudget } from "./flops-budget.ts"
import type { CellProblems } from "./cell-problems.ts"
import type { DataContext } from "./DataContext.ts"
import type { DataSplit } from "./data-split.ts"
import { trainFlops } from "./flops.ts"
import type { Cell, Grid } from "./grid/Cell.ts"
import { baseRequest, readsTeacher, viewIdentity, viewWith } from "./measured.ts"
import { numbering, remember } from "./memo.ts"
import { linesOf } from "./packing.ts"
import { predictTrial, type Speed } from "./predict.ts"
import { rememberSplits } from "./splits.ts"
import type { ServedRole } from "./served.ts"
import type { ReadyModel, Shared } from "./shared.ts"
import type { Step } from "./Step.ts"
import { evaluationSteps, type Machine, machineOf, measureStep, teacherTargets, teachStep } from "./steps.ts"
import { objectiveIdentity, rowsOf, scheduleDigest, scheduleOf, splitOf, trialIdentity, viewRowsOf } from "./trial.ts"
import { lastRequest, viewRequest } from "./view-request.ts"

export interface CellPlannerContext {
  readonly grid: Grid
  readonly problems: CellProblems
  readonly shared: Shared
  /** Takes a step into the plan, once; returns its id. */
  readonly addStep: (step: Step) => string
  readonly hasStep: (id: string) => boolean
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

type Settings = Cell["settings"]
type ScoredBy = PlannedTrial["evaluations"]

const storeBytesPerToken = (settings: Cell["settings"], vocabulary: number): number => {
  const { dtype, k, mode } = settings.teacherStore
  const bytes = dtype === "float16" ? 2 : 4
  return mode === "topk" ? (k ?? vocabulary) * (bytes + 4) + 4 : vocabulary * bytes
}

export const makeCellPlanner = (context: CellPlannerContext): CellPlanner => {
  const { addStep, allSeeds, grid, problems, shared } = context
  // Cells are many, distinct settings few: each is numbered once, and what follows from it is kept under short keys.
  const numberOf = {
    order: numbering<Settings["train"]>(({ batch, epochs, replay, steps }) => ({ batch, epochs, replay, steps })),
    rates: numbering<Settings["train"]>(({ learningRate, schedule }) => ({ learningRate, schedule })),
    loss: numbering<Settings["loss"]>(), teacherStore: numbering<Settings["teacherStore"]>(),
    teacher: numbering<Settings["teacher"]>(), resources: numbering<Settings["resources"]>()
  }
  let things = 0
  const numberOfText = remember<number>(() => things++)
  const evaluationNumbers = new WeakMap<object, number>()
  const numberOfEvaluations = (evaluations: object): number => {
    const known = evaluationNumbers.get(evaluations) ?? things++
    evaluationNumbers.set(evaluations, known)
    return known
  }
  const splits = rememberSplits()
  const scheduleDigests = new Map<string, string>()
  const predictions = new Map<string, Predicted>()
  const longestCalls = new Map<string, number>()
  const reasons = new Map<string, string | null>()
  const objectives = new Map<string, ReturnType<typeof objectiveIdentity>>()
  const machines = new Map<string, Machine>()
  const taught = new Map<string, { readonly train: string; readonly validation: string | null }>()
  const scored = new Map<string, ScoredBy>()
  const rowsMemo = new WeakMap<DataContext, Map<string, ReadonlyArray<ReadonlyArray<number>>>>()

  const once = <V>(known: Map<string, V>, key: string, make: () => V): V => {
    const found = known.get(key)
    if (found !== undefined) return found
    const fresh = make()
    known.set(key, fresh)
    return fresh
  }

  /** Temperatures at which the grid asks a teacher: a top-k store keeps a log-sum-exp for each. */
  const temperatures = remember<ReadonlyArray<number>, number>((teacher) => {
    const asked = new Set(grid.cells
      .filter(({ settings }) => numberOf.teacher(settings.teacher) === teacher && settings.loss.weight > 0)
      .map(({ settings }) => settings.loss.temperature))
    // A teacher that only a selector asks is asked at 1.
    return asked.size === 0 ? [1] : [...asked]
  })

  const machineFor = (settings: Settings, engine: EngineDescription): Machine =>
    once(machines, `${settings.engine} ${numberOf.resources(settings.resources)}`, () => machineOf(settings, engine, context.speedOf(engine)))

  const rowsFor = (settings: Settings, data: DataContext, seed: number) => {
    let memo = rowsMemo.get(data)
    if (memo === undefined) rowsMemo.set(data, memo = new Map())
    return once(memo, `${numberOf.order(settings.train)} ${seed}`, () => rowsOf(settings.train, data, seed))
  }

  const teachSteps = (teacher: ReadyModel, data: DataContext, settings: Settings, machine: Machine) =>
    once(taught, [
      teacher.digest(0), numberOf.teacher(settings.teacher), numberOf.teacherStore(settings.teacherStore), numberOf.resources(settings.resources),
      settings.engine, settings.train.batch.microTokens, data.train.step, data.validation?.step
    ].join(" "), () => {
      const asked = temperatures(numberOf.teacher(settings.teacher))
      const train = addStep(teachStep("teacher's pass over the training data", teacher, data.train, settings, asked, machine))
      const validation = data.validation === null ? null
        : addStep(teachStep("teacher's pass over the held-out data", teacher, data.validation, settings, asked, machine))
      return { train, validation }
    })

  /** What teacher and untrained student make of each token, of both splits: measured once for all cells of a seed's student. */
  const measureSteps = (student: ReadyModel, seed: number, teacher: ReadyModel | null, data: DataContext, settings: Settings, machine: Machine) => {
    const teaching = teacher === null ? null : teachSteps(teacher, data, settings, machine)
    const targets = teacher === null ? null : {
      ...teacherTargets(teacher, settings, machine),
      temperatures: settings.teacherStore.mode === "topk" ? temperatures(numberOf.teacher(settings.teacher)) : []
    }
    const of = (label: string, split: DataSplit, taught: string | null) => addStep(measureStep(label, student, seed, split, taught, targets, settings, machine))
    return {
      train: of("measures of the training data", data.train, teaching?.train ?? null),
      validation: data.validation === null ? null : of("measures of the held-out data", data.validation, teaching?.validation ?? null)
    }
  }

  /** The settings with a budget in FLOPs resolved to optimiser steps. Null where a problem was found. */
  const budgeted = Effect.fnUntraced(function*({ settings: given, twinOf }: Cell) {
    const { budget } = given.train
    if (budget === null) return given
    const settings = withoutBudget(given)
    const engine = shared.engine(settings)
    const student = yield* shared.student(settings)
    const data = yield* shared.data(settings)
    // With its budget: a truncation that takes no ratio has no FLOPs of another one.
    const truncation = yield* shared.truncation(given)
    const selector = yield* shared.selector(settings)
    const [seed] = allSeeds
    if (engine === null || student === null || data === null || truncation === null || seed === undefined) return null
    const rows = rowsFor(settings, data, seed)
    const limits = { shape: student.shape, batch: settings.train.batch, assumedFlopsPerSecond: engine.assumedFlopsPerSecond }
    const own = viewRequest(settings, { truncation, selector, isTwin: twinOf !== null }, seed, data.mainRows)
    const splitUnder = (request: typeof own) => {
      const view = data.train.views.get(baseRequest(request))
      return splitOf(view, viewRowsOf(data, view, rows), limits)
    }
    const reference = { ...own, truncation: { ...own.truncation, ratio: budgetRatio(budget), grow: null } }
    return yield* problems.attempt("train.budget", "bad-data", Effect.try({
      try: () => spendAlike(settings, budget, student.shape, splitUnder(own), splitUnder(reference)),
      catch: (error) => error as Error
    }))
  })

  const cellWork: CellPlanner["cell"] = Effect.fnUntraced(function*(cell: Cell) {
    const settings = yield* budgeted(cell)
    if (settings === null) return null
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

    const machine = machineFor(settings, engine)
    const { microTokens } = settings.train.batch
    const limits = { shape: student.shape, batch: settings.train.batch, assumedFlopsPerSecond: engine.assumedFlopsPerSecond }
    const usesTeacher = distillation !== null && teacher !== null
    const teaching = usesTeacher ? teachSteps(teacher, data, settings, machine) : null
    const targets = usesTeacher ? digestOf(teacherTargets(teacher, settings, machine)) : null
    const objective = once(objectives, `${numberOf.loss(settings.loss)} ${targets}`, () => {
      const made = objectiveIdentity(settings.loss, distillation, targets)
      textOf(made)
      return made
    })
    textOf(settings.train.optimiser)
    const storeKey = usesTeacher ? `${numberOfText(teacher.digest(0))} ${numberOf.teacherStore(settings.teacherStore)}` : ""
    const measures = selector?.plugin.needsMeasures === true
    const selectorName = settings.sequence.selector?.name ?? null
    const trials: Array<PlannedTrial> = []
    let predicted: Predicted | null = null

    for (const seed of allSeeds) {
      const request = viewRequest(settings, { truncation, selector, isTwin: cell.twinOf !== null }, seed, data.mainRows)
      const ownRequest = lastRequest(request, data.validation?.summary.rows ?? 0)
      const found = yield* problems.attempt("sequence", "bad-data", Effect.try({
        try: () => ({
          view: data.train.views.get(baseRequest(request)),
          own: data.validation === null ? null : data.validation.views.get(baseRequest(ownRequest))
        }),
        catch: (error) => error as Error
      }))
      if (found === null) return null
      const { own, view } = found
      if (measures && teacher === null && readsTeacher(data.train, request)) {
        problems.add("sequence.selector.name", "conflict", `\`${settings.sequence.selector?.name}\` reads what a teacher says of each token, and there is none`,
          "Name a `teacher`.")
        return null
      }
      const rows = () => viewRowsOf(data, view, rowsFor(settings, data, seed))
      const orderKey = `${numberOfText(view.digest.targets)} ${view.phases} ${numberOf.order(settings.train)} ${seed}`
      const reasonKey = `${orderKey} ${settings.train.allowSparse}`
      let reason = reasons.get(reasonKey)
      if (reason === undefined) reasons.set(reasonKey, reason = reasonToLeaveOut(view.counts, rows(), settings.train.allowSparse))
      if (reason !== null) return { reason, trials: [], predicted: null }

      const splitKey = `${orderKey} ${numberOfText(student.digest(seed))}`
      const makeSplit = () => splitOf(view, rows(), limits)
      const split = () => splits(splitKey, makeSplit)
      const measured = measures ? measureSteps(student, seed, teacher, data, settings, machine) : null
      const identity = trialIdentity({
        numerics: engine.numerics(machine.numerics), student: student.digest(seed), loss: settings.loss, objective, train: settings.train,
        data: viewIdentity(request, view, settings.loss.reduce, selectorName, measured?.train ?? null),
        scheduleDigest: once(scheduleDigests, `${splitKey} ${numberOf.rates(settings.train)}`, () => scheduleDigest(settings.train, split())),
        selection: settings.train.select === "last" ? "last" : {
          ...settings.train.select, everySteps: settings.train.validateEverySteps,
          validation: data.validation?.summary.digest ?? null, own: own === null ? null : viewIdentity(ownRequest, own, "token-mean", selectorName, measured?.validation ?? null)
        }
      })
      const prediction = once(predictions, `${splitKey} ${storeKey}`, () => {
        return predictTrial({
          student: student.shape, teacher: usesTeacher ? teacher.shape : null, split: split(),
          targetsOfRow: (row) => view.counts.perRow[row] ?? 0, fedTokensOfRow: (row) => view.fedLengths[row] ?? 0,
          preparedRowOf: (row) => row % data.train.prepared.count,
          storeBytesPerToken: usesTeacher ? storeBytesPerToken(settings, teacher.shape.vocabulary) : 0
        }, machine.speed)
      })
      predicted ??= prediction
      const longestCallFlops = once(longestCalls, splitKey, () => split().flat().reduce((most, call) =>
        Math.max(most, trainFlops(student.shape, linesOf(call), call.length)), 0))

      const studentInput = student.input(seed)
      const id = digestOf(identity)
      if (!context.hasStep(id)) addStep({
        id, kind: "train", label: `${cell.name} seed=${seed}`,
        inputs: {
          ...("step" in studentInput ? { student: studentInput.step } : {}),
          ...(teaching === null ? {} : { teacher: teaching.train }),
          ...(teaching === null || teaching.validation === null ? {} : { validation: teaching.validation }),
          ...(measured === null ? {} : { measures: measured.train }),
          ...(measured === null || measured.validation === null ? {} : { validationMeasures: measured.validation })
        },
        identity,
        work: {
          kind: "train", student: studentInput, prepared: data.train.step, view: viewWith(data.train, request, view), measures: measured?.train ?? null, tokenizerFolder: student.tokenizerFolder, teacher: teaching?.train ?? null,
          objective: {
            weight: settings.loss.weight, distil: distillation?.program ?? null, temperature: settings.loss.temperature,
            factor: distillation?.factor ?? 1, reduce: settings.loss.reduce
          },
          optimiser: settings.train.optimiser,
          schedule: () => scheduleOf(settings.train, makeSplit()),
          validation: data.validation === null || own === null ? null : {
            prepared: data.validation.step, ownView: viewWith(data.validation, ownRequest, own), measures: measured?.validation ?? null, teacher: teaching?.validation ?? null,
            microTokens, lengths: data.validation.wholeLengths,
            everySteps: settings.train.validateEverySteps
          },
          select: settings.train.select,
          resumeEverySteps: settings.train.resumeEverySteps,
          logEverySteps: settings.train.logEverySteps
        },
        engine, numerics: machine.numerics, predictedSeconds: prediction.seconds,
        longestCallSeconds: longestCallFlops / engine.assumedFlopsPerSecond
      })
      const asked = once(scored, `${id} ${numberOfEvaluations(evaluations)}`, () =>
        Object.fromEntries(evaluations.map((evaluation) => {
          const { generate, score } = evaluationSteps(`${cell.name} seed=${seed}`, id, { step: id }, student.shape, evaluation, machine)
          return [evaluation.planned.name, { generate: addStep(generate), score: addStep(score) }]
        })))
      trials.push({ id, seed, evaluations: asked })
    }
    return { reason: null, trials, predicted }
  })

  /** Settings that references rest on; where they differ, there is no one student or teacher to show beside the cells. */
  const areAlike = (): boolean => {
    const [first] = grid.cells
    const sections = [
      numbering<Settings["student"]>(), numbering<Settings["teacher"]>(), numbering<Settings["evaluate"]>(), numbering<Settings["resources"]>()
    ] as const
    const keyOf = ({ settings }: Cell): string => [
      sections[0](settings.student), sections[1](settings.teacher), sections[2](settings.evaluate), sections[3](settings.resources),
      settings.data.source, settings.engine
    ].join(" ")
    return first !== undefined && grid.cells.every((cell) => keyOf(cell) === keyOf(first))
  }

  const references = Effect.fnUntraced(function*() {
    const [one] = grid.cells
    if (one === undefined || !areAlike()) return { baseStudent: null, teacher: null }
    const { settings } = one
    const engine = shared.engine(settings)
    const evaluations = yield* shared.evaluations(settings)
    if (engine === null) return { baseStudent: null, teacher: null }
    const machine = machineFor(settings, engine)
    const score = (label: string, model: ReadyModel | null, role: ServedRole): ScoreSteps => {
      if (model === null || evaluations.length === 0) return null
      return Object.fromEntries(evaluations.map((evaluation) => {
        const steps = evaluationSteps(label, model.digest(0), model.input(0), model.shape, evaluation, machine, role)
        addStep(steps.generate)
        return [evaluation.planned.name, addStep(steps.score)]
      }))
    }
    // Fresh weights know nothing: a row for them would only cost time.
    const student = "init" in settings.student ? null : yield* shared.student(settings)
    return {
      baseStudent: score("base student", student, { kind: "student", ref: settings.student }),
      teacher: settings.teacher === null ? null : score("teacher", yield* shared.teacher(settings), { kind: "teacher", ref: settings.teacher })
    }
  })

  return { cell: cellWork, references }
}
