/**
 * Equal compute: a cell that trains to the FLOPs which the same cell would spend at another ratio, by more passes over its
 * problems or by more problems. It is resolved here to a plain number of optimiser steps, the same for every seed.
 */
import type { CellSettings } from "../spec/ExperimentSpec.ts"
import type { DecoderShape } from "./flops.ts"
import { trainFlops } from "./flops.ts"
import { linesOf } from "./packing.ts"
import type { Split } from "./trial.ts"

type Budget = NonNullable<CellSettings["train"]["budget"]>

/** The ratio whose FLOPs are to be spent, as the decimal that was written. */
export const budgetRatio = (budget: Budget): string => String(budget.flopsOfRatio)

/** The settings without their budget: what is trained where FLOPs do not count. */
export const withoutBudget = (settings: CellSettings): CellSettings => ({ ...settings, train: { ...settings.train, budget: null } })

const flopsOf = (shape: DecoderShape, split: Split): number =>
  split.flat().reduce((sum, call) => sum + trainFlops(shape, linesOf(call), call.length), 0)

/**
 * The settings that spend as much as `reference`.
 * @param own the cell's calls and @param reference the other ratio's, both over the steps that the spec names
 */
export const spendAlike = (
  settings: CellSettings, budget: Budget, shape: DecoderShape, own: Split, reference: Split
): CellSettings => {
  const factor = flopsOf(shape, reference) / flopsOf(shape, own)
  const steps = Math.max(1, Math.round(own.length * factor))
  const plain = withoutBudget(settings)
  return {
    ...plain,
    train: { ...plain.train, epochs: null, steps },
    data: budget.by === "problems" ? { ...plain.data, train: Math.max(1, Math.round(plain.data.train * factor)) } : plain.data
  }
}
