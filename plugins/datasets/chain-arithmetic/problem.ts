/**
 * Problems: a pair of digits (tens, units) goes through steps, each of which adds a digit to (or subtracts it from) both
 * places mod 10, without carry. `47a+31b+12` starts at 47; step a adds 3 and 1, step b adds 1 and 2. The answer is the last
 * pair: 100 possible answers.
 */
import { hash32, stream } from "./stream.ts"

export type Pair = readonly [tens: number, units: number]

export interface Step {
  readonly sign: "+" | "-"
  readonly operand: Pair
}

export interface Problem {
  readonly start: Pair
  readonly steps: ReadonlyArray<Step>
}

export type Split = "train" | "validation" | "test"

/** Steps of a problem by tier of difficulty. */
export const tierSteps = { mini: 1, easy: 2, standard: 3, hard: 4 } as const
export type Tier = keyof typeof tierSteps

export interface Operations {
  readonly signs: "+" | "-" | "+-"
  /** operand digits are 1 to this */
  readonly highest: number
}

/** One letter a step, so that a step of the derivation can be found in the problem. */
export const labels = "abcdef"

export const applyStep = ([tens, units]: Pair, { sign, operand }: Step): Pair => {
  const k = sign === "+" ? 1 : -1
  return [(tens + k * operand[0] + 10) % 10, (units + k * operand[1] + 10) % 10]
}

export const pairText = ([tens, units]: Pair): string => `${tens}${units}`

export const stepText = ({ sign, operand }: Step, index: number): string => `${labels[index]}${sign}${pairText(operand)}`

/** `47a+31b+12` */
export const problemText = ({ start, steps }: Problem): string => pairText(start) + steps.map(stepText).join("")

/** `80` */
export const answerOf = ({ start, steps }: Problem): string => pairText(steps.reduce(applyStep, start))

/** By the problem alone, whatever the seed: 80 % train, 10 % validation, 10 % test. */
export const splitOf = (problem: Problem): Split => {
  const tenth = hash32(`split/${problemText(problem)}`) % 10
  return tenth === 9 ? "test" : tenth === 8 ? "validation" : "train"
}

/** Sample `id` of a split: drawn from its own stream until a problem falls into the split. */
export const makeProblem = (seed: number, split: Split, id: number, steps: number, { signs, highest }: Operations): Problem => {
  const below = stream(seed, `problem-${split}-${steps}`, id)
  for (;;) {
    const start: Pair = [below(10), below(10)]
    const problem: Problem = {
      start,
      steps: Array.from({ length: steps }, () => ({
        sign: signs[below(signs.length)] as "+" | "-", operand: [1 + below(highest), 1 + below(highest)]
      }))
    }
    if (splitOf(problem) === split) return problem
  }
}

/** Problems of a tier that differ, over all splits. */
export const problemCount = (steps: number, { signs, highest }: Operations): number => 100 * (signs.length * highest ** 2) ** steps
