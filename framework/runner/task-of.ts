/** From a step's frozen description to the task a worker reads: writes the large inputs as files and names the folders. */
import { join } from "node:path"
import { writeFileSync } from "node:fs"
import { Effect } from "effect"
import type { ModelSource, Task, TeacherStoreRef } from "../engines/Task.ts"
import { generateItems } from "../evaluation/items.ts"
import type { Store } from "../journal/store.ts"
import type { GenerateWork, MeasuresOf, MeasureWork, ModelInput, Step, TeachWork, TrainWork } from "../plan/Step.ts"
import { attempt, type SequenceError } from "../sequence/SequenceError.ts"
import { preparedName } from "../sequence/prepare.ts"
import { promptIds } from "../sequence/render.ts"
import { openMeasures } from "../sequence/token-measures.ts"
import { type CellView, writeView } from "../sequence/view-file.ts"

const sourceOf = (model: ModelInput, store: Store): ModelSource =>
  "step" in model ? { folder: join(store.path(model.step), "checkpoint") } : model.source

/** The folder of a model; null where its weights are made afresh. */
export const modelFolder = (model: ModelInput, store: Store): string | null => {
  const source = sourceOf(model, store)
  return "folder" in source ? source.folder : null
}

const writeJson = (path: string, value: unknown): string => {
  writeFileSync(path, JSON.stringify(value))
  return path
}

/** What every task of a run shares. */
interface Surroundings {
  readonly store: Store
  /** finds the settings of a teach step, for the readers of its store */
  readonly teachWork: (step: string) => TeachWork
  readonly recordGraphs: boolean
  /** folder for a step's inputs that are files */
  readonly inputs: string
  /** folder for what an attempt goes on from after an earlier one */
  readonly resume: string
}

const teacherRef = (step: string | null, { store, teachWork }: Surroundings): TeacherStoreRef | null =>
  step === null ? null : { folder: store.path(step), mode: teachWork(step).store.mode, k: teachWork(step).store.k }

const teachTask = (step: Step, work: TeachWork, out: string, { store }: Surroundings): Task => ({
  kind: "teach", stepId: step.id, out,
  model: sourceOf(work.model, store),
  prepared: join(store.path(work.prepared), preparedName),
  store: work.store,
  microTokens: work.microTokens,
  lengths: work.lengths
})

const measureTask = (step: Step, work: MeasureWork, out: string, around: Surroundings): Task => ({
  kind: "measure", stepId: step.id, out,
  student: sourceOf(work.student, around.store),
  prepared: join(around.store.path(work.prepared), preparedName),
  teacherStore: teacherRef(work.teacher, around),
  microTokens: work.microTokens,
  lengths: work.lengths
})

/** Writes a view, with the measures that its selector reads where it reads some. */
const writeMeasured = Effect.fnUntraced(function*(path: string, view: (measures?: MeasuresOf) => CellView, measures: string | null, store: Store) {
  if (measures === null) return yield* writeView(path, view())
  yield* Effect.acquireUseRelease(openMeasures(store.path(measures)), ({ of }) => writeView(path, view(of)), ({ close }) => Effect.sync(close))
})

const trainTask = Effect.fnUntraced(function*(step: Step, work: TrainWork, out: string, around: Surroundings) {
  const { inputs, store } = around
  const view = join(inputs, "view.arrow")
  yield* writeMeasured(view, work.view, work.measures, store)
  const { validation } = work
  const ownView = join(inputs, "own-view.arrow")
  if (validation !== null) yield* writeMeasured(ownView, validation.ownView, validation.measures, store)
  const task: Task = {
    kind: "train", stepId: step.id, out,
    student: sourceOf(work.student, store),
    prepared: join(store.path(work.prepared), preparedName),
    view,
    teacherStore: teacherRef(work.teacher, around),
    objective: work.objective,
    optimiser: work.optimiser,
    schedule: writeJson(join(inputs, "schedule.json"), work.schedule()),
    validation: validation === null ? null : {
      prepared: join(store.path(validation.prepared), preparedName),
      ownView,
      teacherStore: teacherRef(validation.teacher, around),
      microTokens: validation.microTokens,
      lengths: validation.lengths,
      everySteps: validation.everySteps
    },
    select: work.select,
    resume: { folder: around.resume, everySteps: work.resumeEverySteps },
    logEverySteps: work.logEverySteps,
    recordGraphs: around.recordGraphs
  }
  return task
})

const generateTask = (step: Step, work: GenerateWork, out: string, { inputs, recordGraphs, resume, store }: Surroundings): Task => {
  const { items, tokenizer } = work.benchmark
  const file = join(inputs, "items.jsonl")
  const lines = generateItems(items, (prompt, where) => promptIds(tokenizer, prompt, where))
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
  return {
    kind: "generate", stepId: step.id, out, model: sourceOf(work.model, store), items: file, recordGraphs,
    resumeFolder: resume, ...work.sampling
  }
}

/** The task of a step that a worker does. */
export const taskOf = (step: Step, out: string, around: Surroundings): Effect.Effect<Task, SequenceError> => {
  const { work } = step
  switch (work.kind) {
    case "teach":
      return Effect.succeed(teachTask(step, work, out, around))
    case "measure":
      return Effect.succeed(measureTask(step, work, out, around))
    case "train":
      return trainTask(step, work, out, around)
    case "generate":
      return attempt(step.label, () => generateTask(step, work, out, around))
    case "score":
    case "analyse":
      return Effect.die(new Error(`a step of kind ${work.kind} is no worker's task`))
  }
}
