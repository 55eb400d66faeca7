/**
 * The state of an unfinished training, from which it goes on with the numbers of an uninterrupted run. One safetensors file,
 * written under a temporary name, synced and renamed: after a crash either the former state stands there or the new one.
 */
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import type { DecoderConfig } from "./config.ts"
import { weightShapes } from "./config.ts"
import type { Weight } from "./initialise.ts"
import { openSafetensors, SafetensorsError, writeSafetensors } from "./safetensors.ts"

const Losses = Schema.Record(Schema.String, Schema.Finite)

/** What a training knows besides tensors. */
export const TrainProgress = Schema.Struct({
  format: Schema.Literal(1),
  stepId: Schema.String,
  /** optimiser steps of the schedule that are done */
  stepsDone: Schema.Natural,
  /** of these, the ones that moved weights */
  updates: Schema.Natural,
  wallSeconds: Schema.Finite,
  cpuSeconds: Schema.Finite,
  tokens: Schema.Finite,
  paddedTokens: Schema.Finite,
  targets: Schema.Finite,
  flops: Schema.Finite,
  heldout: Schema.Array(Schema.Struct({ step: Schema.Natural, losses: Losses })),
  best: Schema.NullOr(Schema.Struct({ step: Schema.Natural, value: Schema.Finite }))
})
export type TrainProgress = typeof TrainProgress.Type

export interface Saved {
  readonly progress: TrainProgress
  /** `weight/NAME`, `first/NAME`, `second/NAME` and, where a best one is kept that is not the present one, `best/NAME` */
  readonly tensors: Readonly<Record<string, Weight>>
}

const fileName = "resume.safetensors"

export const saveResume = (folder: string, saved: Saved): void => {
  mkdirSync(folder, { recursive: true })
  writeSafetensors(join(folder, fileName), saved.tensors, { progress: JSON.stringify(saved.progress) })
}

/** Forgets the state: the step is done. */
export const clearResume = (folder: string): void => rmSync(join(folder, fileName), { force: true })

const decodeProgress = Schema.decodeUnknownOption(Schema.fromJsonString(TrainProgress))

/** What was saved for this step, or null: nothing, or what does not fit it, in which case training begins anew. */
export const loadResume = (folder: string, stepId: string, config: DecoderConfig): Saved | null => {
  let file: ReturnType<typeof openSafetensors>
  try {
    file = openSafetensors(join(folder, fileName))
  } catch (problem) {
    if (problem instanceof SafetensorsError) return null
    throw problem
  }
  try {
    const progress = decodeProgress(file.metadata.get("progress"))
    if (progress._tag === "None" || progress.value.stepId !== stepId) return null
    const tensors: Record<string, Weight> = {}
    for (const [name, { shape }] of file.tensors) tensors[name] = { shape, values: file.values(name) }
    const fits = weightShapes(config).every(({ name, shape }) =>
      ["weight", "first", "second"].every((group) => tensors[`${group}/${name}`]?.shape.join() === shape.join()))
    return fits ? { progress: progress.value, tensors } : null
  } finally {
    file.close()
  }
}
