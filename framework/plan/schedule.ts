/** Which sequences an optimiser step takes, and how they are split into calls of the graph. */
import type { MicroBatch } from "../engines/Task.ts"
import { bucketOf } from "./buckets.ts"
import { randomStream, shuffled } from "../sequence/random.ts"

export interface OrderSettings {
  readonly seed: number
  /** rows of the training data proper: 0 … main-1 */
  readonly main: number
  /** rows of replayed examples: main … main+replay-1 */
  readonly replay: number
  readonly batchSequences: number
  readonly replayShare: number
}

/** How many sequences of a batch are replayed examples. */
export const replayPerBatch = (settings: Pick<OrderSettings, "replay" | "batchSequences" | "replayShare">): number =>
  settings.replay === 0 ? 0 : Math.min(settings.batchSequences - 1, Math.max(1, Math.round(settings.replayShare * settings.batchSequences)))

/** Optimiser steps of so many epochs over the training data proper, at least one. */
export const stepsOfEpochs = (epochs: number, settings: Omit<OrderSettings, "seed">): number =>
  Math.max(1, Math.round((epochs * settings.main) / (settings.batchSequences - replayPerBatch(settings))))

/** An endless run through shuffled epochs of `count` rows. */
const endlessly = (count: number, seed: number, purpose: string): (() => number) => {
  let epoch = 0
  let order = new Int32Array(0)
  let next = 0
  return () => {
    if (next === order.length) {
      order = shuffled(count, randomStream(seed, purpose, epoch++)) as Int32Array<ArrayBuffer>
      next = 0
    }
    return order[next++] as number
  }
}

/** Rows of each optimiser step: the same for every cell of a seed, whatever it keeps or supervises. */
export const rowsOfSteps = (steps: number, settings: OrderSettings): ReadonlyArray<ReadonlyArray<number>> => {
  const replayed = replayPerBatch(settings)
  const takeMain = endlessly(settings.main, settings.seed, "order")
  const takeReplay = endlessly(Math.max(1, settings.replay), settings.seed, "replay-order")
  return Array.from({ length: steps }, () => [
    ...Array.from({ length: settings.batchSequences - replayed }, takeMain),
    ...Array.from({ length: replayed }, () => settings.main + takeReplay())
  ])
}

/**
 * Splits a step's rows into calls: rows of one padded length together, at most `mostRows(length)` of them a call.
 * @param fedLength tokens of a row that are fed
 */
export const microBatches = (
  rows: ReadonlyArray<number>, fedLength: (row: number) => number, buckets: ReadonlyArray<number>, mostRows: (length: number) => number
): ReadonlyArray<MicroBatch> => {
  const byLength = new Map<number, Array<number>>()
  for (const row of rows) {
    const length = bucketOf(fedLength(row), buckets)
    const together = byLength.get(length)
    if (together === undefined) byLength.set(length, [row])
    else together.push(row)
  }
  return [...byLength].sort(([a], [b]) => b - a).flatMap(([length, together]) => {
    const most = Math.max(1, mostRows(length))
    // Equal parts rather than full ones and a rest: each distinct size is a graph of its own.
    const calls = Math.ceil(together.length / most)
    const size = Math.ceil(together.length / calls)
    return Array.from({ length: calls }, (_, call) => ({ length, rows: together.slice(call * size, (call + 1) * size) }))
  })
}
