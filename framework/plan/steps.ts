/** Steps other than training: the teacher's pass, and what is asked of a model afterwards. */
import type { EngineDescription, NumericsSettings } from "../engines/Engine.ts"
import type { CellSettings } from "../spec/ExperimentSpec.ts"
import { digestOf, textOf } from "./canonical.ts"
import type { DataSplit } from "./data-split.ts"
import type { ReadyEvaluation } from "./Evaluation.ts"
import { forwardFlops } from "./flops.ts"
import { predictGeneration, type Speed } from "./predict.ts"
import type { ReadyModel } from "./shared.ts"
import { generateVia, serverIdentity, type ServedRole, trainedHere } from "./served.ts"
import type { ModelInput, Step } from "./Step.ts"

export interface Machine {
  readonly engine: EngineDescription
  readonly numerics: NumericsSettings
  readonly speed: Speed
}

export const numericsOf = ({ gpus, onednn, recordGraphs, threadsPerTrial }: CellSettings["resources"]): NumericsSettings =>
  ({ threadsPerTrial, onednn, recordGraphs, usesGpu: gpus > 0 })

export const machineOf = (settings: CellSettings, engine: EngineDescription, speed: Speed): Machine =>
  ({ engine, speed, numerics: numericsOf(settings.resources) })

const inputsOf = (model: ModelInput): Record<string, string> => ("step" in model ? { model: model.step } : {})

/** Settings of the teacher's targets that bear on a trial; the split is what the one pass serves. */
export const teacherTargets = (teacher: ReadyModel, settings: CellSettings, machine: Machine) => ({
  teacher: teacher.digest(0),
  mode: settings.teacherStore.mode,
  k: settings.teacherStore.mode === "topk" ? settings.teacherStore.k : null,
  dtype: settings.teacherStore.dtype,
  numerics: machine.engine.numerics(machine.numerics)
})

/**
 * The teacher's one pass over a split of the data.
 * @param temperatures those of the grid; a full store serves every one, so it names none
 */
export const teachStep = (
  label: string, teacher: ReadyModel, split: DataSplit, settings: CellSettings, temperatures: ReadonlyArray<number>, machine: Machine
): Step => {
  const targets = teacherTargets(teacher, settings, machine)
  const named = targets.mode === "topk" ? [...temperatures].sort((a, b) => a - b) : []
  const identity = { kind: "teach", ...targets, temperatures: named, data: split.summary.digest, microTokens: settings.train.batch.microTokens }
  const model = teacher.input(0)
  const longest = split.wholeLengths.at(-1) ?? 1
  const flops = forwardFlops(teacher.shape, split.summary.rows, longest)
  const perCall = Math.max(1, Math.floor(settings.train.batch.microTokens / longest))
  return {
    id: digestOf(identity), kind: "teach", label, inputs: inputsOf(model), identity,
    work: {
      kind: "teach", model, prepared: split.step,
      store: { mode: targets.mode, k: targets.k, temperatures: named, dtype: targets.dtype },
      microTokens: settings.train.batch.microTokens, lengths: split.wholeLengths
    },
    engine: machine.engine, numerics: machine.numerics,
    predictedSeconds: flops / machine.speed.flopsPerSecond,
    longestCallSeconds: forwardFlops(teacher.shape, perCall, longest) / machine.engine.assumedFlopsPerSecond
  }
}

/**
 * What teacher and untrained student make of each token of a split. Beside their content it hangs on the teacher's targets, and on
 * the temperatures of a top-k store.
 * @param teaching the teach step of the same split; null where no teacher is read
 */
export const measureStep = (
  label: string, student: ReadyModel, seed: number, split: DataSplit, teaching: string | null, targets: unknown, settings: CellSettings, machine: Machine
): Step => {
  const { microTokens } = settings.train.batch
  const identity = {
    kind: "measure", student: student.digest(seed), teacher: targets, data: split.summary.digest, microTokens,
    numerics: machine.engine.numerics(machine.numerics)
  }
  const model = student.input(seed)
  const longest = split.wholeLengths.at(-1) ?? 1
  return {
    id: digestOf(identity), kind: "measure", label, inputs: { ...inputsOf(model), ...(teaching === null ? {} : { teacher: teaching }) }, identity,
    work: { kind: "measure", student: model, prepared: split.step, teacher: teaching, microTokens, lengths: split.wholeLengths },
    engine: machine.engine, numerics: machine.numerics,
    predictedSeconds: forwardFlops(student.shape, split.summary.rows, longest) / machine.speed.flopsPerSecond,
    longestCallSeconds: forwardFlops(student.shape, Math.max(1, Math.floor(microTokens / longest)), longest) / machine.engine.assumedFlopsPerSecond
  }
}

/** Generate and score steps of one model under one evaluation. `model` is what stands for it in identity. */
export const evaluationSteps = (
  label: string, model: string, input: ModelInput, shape: ReadyModel["shape"], evaluation: ReadyEvaluation, machine: Machine,
  role: ServedRole = trainedHere
): { readonly generate: Step; readonly score: Step } => {
  textOf(evaluation.generateIdentity)
  textOf(evaluation.scoreIdentity)
  const via = evaluation.via === null ? null : generateVia(evaluation.via, model, input, role)
  const generateIdentity = via === null
    ? { kind: "generate", model, numerics: machine.engine.numerics(machine.numerics), evaluation: evaluation.generateIdentity }
    : { kind: "generate", model, server: serverIdentity(via), evaluation: evaluation.generateIdentity }
  const { maxTokens, samples } = evaluation.sampling
  const sequences = evaluation.planned.items * samples
  // How fast a server is that nobody has asked yet, is not known.
  const seconds = via === null ? predictGeneration(shape, sequences, evaluation.meanPromptTokens, maxTokens, machine.speed) : 0
  const generate: Step = {
    id: digestOf(generateIdentity), kind: "generate", label: `${label}: ${evaluation.planned.name}`, inputs: inputsOf(input),
    identity: generateIdentity,
    work: { kind: "generate", model: input, benchmark: evaluation.benchmark, sampling: evaluation.sampling, via },
    engine: machine.engine, numerics: machine.numerics, predictedSeconds: seconds,
    // A batch's prompts are passed in one call.
    longestCallSeconds: Math.max(1, forwardFlops(shape, evaluation.sampling.batchSequences, evaluation.meanPromptTokens) / machine.engine.assumedFlopsPerSecond)
  }
  const scoreIdentity = { kind: "score", outputs: generate.id, evaluation: evaluation.scoreIdentity }
  const score: Step = {
    id: digestOf(scoreIdentity), kind: "score", label: `${label}: score ${evaluation.planned.name}`, inputs: { outputs: generate.id },
    identity: scoreIdentity,
    work: { kind: "score", outputs: generate.id, benchmark: evaluation.benchmark, budgets: evaluation.budgets },
    engine: machine.engine, numerics: machine.numerics, predictedSeconds: 0, longestCallSeconds: 0
  }
  return { generate, score }
}
