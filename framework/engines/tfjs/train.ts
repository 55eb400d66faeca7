/**
 * A training task from files to files: the schedule's optimiser steps, held-out losses on the way and at the end, a state to
 * resume from, and the chosen checkpoint as a Hugging Face folder in `out/checkpoint`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import type { Cost } from "../Protocol.ts"
import { type MicroBatch, type Objective, OptimiserStep, type TrainTask } from "../Task.ts"
import { openModel, writeModel } from "./folder.ts"
import type { Graphs } from "./graphs.ts"
import { type HeldoutLosses, heldoutLosses, type HeldoutSetting } from "./heldout.ts"
import { InvalidTask, NotFinite } from "./InvalidTask.ts"
import { MemoryMeter, weightBytes } from "./memory.ts"
import { openMetricLog } from "./metric-log.ts"
import { assemble, assemblePacked } from "./micro-batch.ts"
import type { Metric, Reporter } from "./Reporter.ts"
import { Stopped } from "./Reporter.ts"
import { clearResume, loadResume, saveResume, type TrainProgress } from "./resume.ts"
import { readRows, type Rows, type StoredRows } from "./rows.ts"
import { nothing, startClock } from "./spent.ts"
import { checkRows, checkStore, openTeacherStore, type TeacherStore } from "./store-reader.ts"
import { groupValues, type StepNumbers, Trainer, valuesOf } from "./Trainer.ts"
import type { Weight } from "./initialise.ts"

const decodeSchedule = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(OptimiserStep)))

const readSchedule = (path: string): ReadonlyArray<OptimiserStep> => {
  try {
    return decodeSchedule(readFileSync(path, "utf8"))
  } catch (thrown) {
    throw new InvalidTask({ message: `${path}: expected a schedule of optimiser steps (${thrown instanceof Error ? thrown.message.split("\n")[0] : thrown})` })
  }
}

const selectionKey = { "heldout-cross-entropy": "heldout/cross_entropy", "own-cross-entropy": "heldout/own_cross_entropy" } as const

const beginning = (stepId: string): TrainProgress => ({
  format: 1, stepId, stepsDone: 0, updates: 0, wallSeconds: 0, cpuSeconds: 0, tokens: 0, paddedTokens: 0, targets: 0, flops: 0,
  heldout: [], best: null
})

/**
 * Trains. @returns what it cost
 * @throws InvalidTask and the errors of readers; NotFinite; Stopped, with a state to resume from written, when asked to stop
 */
export const train = async (task: TrainTask, graphs: Graphs, reporter: Reporter): Promise<Cost> => {
  const stores: Array<TeacherStore> = []
  const openStore = (ref: { readonly folder: string } | null) => {
    if (ref === null) return null
    const store = openTeacherStore(ref.folder)
    stores.push(store)
    return store
  }
  const model = openModel(task.student)
  const { config } = model
  const schedule = readSchedule(task.schedule)
  const data: Array<StoredRows> = []
  const openRows = async (prepared: string, view: string) => {
    const rows = await readRows(prepared, view, config.vocabulary)
    data.push(rows)
    return rows
  }
  const { objective } = task
  let trainer: Trainer | null = null
  try {
    const rows = await openRows(task.prepared, task.view)
    const teacher = objective.weight === 0 ? null : openStore(task.teacherStore)
    if (objective.weight > 0 && (teacher === null || objective.distil === null)) {
      throw new InvalidTask({ message: `the objective gives distillation the weight ${objective.weight} but the task names no ${teacher === null ? "teacher store" : "loss"}` })
    }
    const validation: HeldoutSetting | null = task.validation === null ? null : {
      config, own: await openRows(task.validation.prepared, task.validation.ownView),
      teacher: openStore(task.validation.teacherStore), microTokens: task.validation.microTokens, lengths: task.validation.lengths
    }
    for (const store of stores) checkStore(store, config.vocabulary)
    if (teacher !== null) checkRows(teacher, rows.prepared.count)
    if (validation?.teacher != null) checkRows(validation.teacher, validation.own.prepared.count)

    const saved = loadResume(task.resume.folder, task.stepId, config)
    let progress = saved?.progress ?? beginning(task.stepId)
    if (progress.stepsDone > schedule.length) progress = beginning(task.stepId)
    const goesOn = saved !== null && progress === saved.progress
    const log = openMetricLog(task.resume.folder, progress.stepsDone)
    const tell = (metrics: ReadonlyArray<Metric>) => {
      log.add(metrics)
      reporter.metrics(metrics)
    }
    if (log.told.length > 0) reporter.metrics(log.told)
    const setting = { config, objective, optimiser: task.optimiser, teacher: teacher?.form ?? null }
    trainer = goesOn
      ? new Trainer(setting, graphs, groupValues("weight", saved.tensors),
        { first: groupValues("first", saved.tensors), second: groupValues("second", saved.tensors), updates: progress.updates })
      : new Trainer(setting, graphs, model.weights)
    let bestWeights: Record<string, Weight> | null = goesOn && progress.best !== null ? groupValues("best", saved.tensors) : null
    const clock = startClock(progress, graphs.making)
    const memory = new MemoryMeter(3 * weightBytes(config))
    const working = startClock(nothing, graphs.making)
    let tokensHere = 0
    const tokensPerSecond = () => tokensHere / Math.max(1e-3, working().wallSeconds)

    const save = () => {
      progress = { ...progress, ...clock() }
      const best = Object.fromEntries(Object.entries(bestWeights ?? {}).map(([name, weight]) => [`best/${name}`, weight]))
      saveResume(task.resume.folder, { progress, tensors: { ...trainer!.values(), ...best } })
    }

    const validate = async (): Promise<void> => {
      if (validation === null) return
      const losses = await heldoutLosses(validation, trainer!.weights, graphs, async () => {
        await reporter.breathe()
        reporter.progress("validate", progress.stepsDone, schedule.length, tokensPerSecond())
      })
      const unfit = Object.keys(losses).find((key) => !Number.isFinite(losses[key]))
      if (unfit !== undefined) throw new NotFinite({ step: progress.stepsDone, what: unfit })
      tell(Object.entries(losses).map(([key, value]) => ({ key, step: progress.stepsDone, value })))
      progress = { ...progress, heldout: [...progress.heldout, { step: progress.stepsDone, losses: { ...losses } }] }
      if (task.select === "last") return
      const value = losses[selectionKey[task.select.best]]
      if (value !== undefined && (progress.best === null || value < progress.best.value)) {
        progress = { ...progress, best: { step: progress.stepsDone, value } }
        bestWeights = valuesOf(trainer!.weights)
      }
    }

    const everySteps = task.validation?.everySteps ?? null
    while (progress.stepsDone < schedule.length) {
      const { microBatches, learningRate } = schedule[progress.stepsDone]!
      const batches = microBatches.filter(({ rows }) => rows.length > 0).map((microBatch) => assembleCall(rows, microBatch, objective, teacher))
      const done = progress.stepsDone + 1
      const numbers = await trainer.step(batches, learningRate, done, reporter.breathe)
      if (numbers !== null) memory.note(numbers)
      const sum = (of: (batch: (typeof batches)[number]) => number) => batches.reduce((total, batch) => total + of(batch), 0)
      const tokens = sum((batch) => batch.tokens)
      tokensHere += tokens
      progress = {
        ...progress, stepsDone: done, updates: trainer.numUpdates,
        tokens: progress.tokens + tokens,
        paddedTokens: progress.paddedTokens + sum((batch) => batch.shape.batch * batch.shape.length),
        targets: progress.targets + sum((batch) => batch.targets),
        flops: progress.flops + (numbers?.flops ?? 0)
      }
      if (done % task.logEverySteps === 0 || done === schedule.length) tell(stepMetrics(objective, numbers, learningRate, tokensPerSecond(), done))
      reporter.progress("train", done, schedule.length, tokensPerSecond())
      if (everySteps !== null && done % everySteps === 0 && done < schedule.length) await validate()
      if (done === schedule.length) break
      if (reporter.isStopping()) {
        save()
        throw new Stopped()
      }
      if (task.resume.everySteps !== null && done % task.resume.everySteps === 0) save()
    }
    for (const [name, { values }] of Object.entries(valuesOf(trainer.weights))) {
      if (!values.every(Number.isFinite)) throw new NotFinite({ step: progress.stepsDone, what: `the weight ${name}` })
    }
    await validate()
    const isLastBest = progress.best === null || progress.best.step === progress.stepsDone
    const { wallSeconds, cpuSeconds } = clock()
    const cost: Cost = {
      wallSeconds, cpuSeconds, ...memory.read(), tokens: progress.tokens, paddedTokens: progress.paddedTokens,
      targets: progress.targets, flops: progress.flops
    }
    mkdirSync(task.out, { recursive: true })
    writeModel(join(task.out, "checkpoint"), { ...model, weights: isLastBest ? valuesOf(trainer.weights) : bestWeights! })
    writeJson(join(task.out, "heldout.json"), {
      selected: isLastBest ? progress.stepsDone : progress.best!.step,
      steps: progress.heldout satisfies ReadonlyArray<{ readonly step: number; readonly losses: HeldoutLosses }>
    })
    writeJson(join(task.out, "cost.json"), cost)
    clearResume(task.resume.folder)
    log.clear()
    return cost
  } finally {
    trainer?.dispose()
    for (const file of [...stores, ...data]) file.close()
  }
}

const assembleCall = (rows: Rows, { length, packs, rows: chosen }: MicroBatch, { reduce, temperature }: Objective, teacher: TeacherStore | null) => {
  if (packs === undefined) return assemble(rows, chosen, { batch: chosen.length, length }, reduce, teacher, temperature)
  if (packs.flat().join() !== chosen.join()) throw new InvalidTask({ message: "the schedule packs other rows into a micro-batch than it names for it" })
  return assemblePacked(rows, packs, { batch: packs.length, length }, reduce, teacher, temperature)
}

/** A part of the objective that has weight 0 is not computed, so it is not reported; a step without targets has no losses. */
const stepMetrics = (
  objective: Objective, numbers: StepNumbers | null, learningRate: number, tokensPerSecond: number, step: number
): ReadonlyArray<Metric> => {
  const values = {
    ...(numbers === null ? {} : { "train/loss": numbers.loss, "train/grad_norm": numbers.gradientNorm }),
    ...(numbers === null || objective.weight === 1 ? {} : { "train/cross_entropy": numbers.crossEntropy }),
    ...(numbers === null || objective.weight === 0 ? {} : { "train/distil": numbers.distil }),
    "train/learning_rate": learningRate, "train/tokens_per_second": tokensPerSecond
  }
  return Object.entries(values).map(([key, value]) => ({ key, step, value }))
}

const writeJson = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
