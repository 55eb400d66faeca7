/**
 * Chains of thought, made of blocks.
 *
 *     D47a+31=78b... A80    derivation: all steps, each from the pair it starts with, then the answer stated
 *     W47a+31=78b... !      re-check: the same steps again
 *     M12a+31=43... /       dropped attempt: from a guessed start, not all steps, given up
 *
 *     early   D W M M     the answer is derived in the first part
 *     late    M M M D     it is derived last; early and late have the same length
 *     short   D
 *     free    some M, D, perhaps W, some M: any number of blocks, of any length
 */
import { answerOf, applyStep, pairText, type Pair, type Problem, stepText } from "./problem.ts"
import { type Below, stream } from "./stream.ts"

/** The prompt's first symbol asks for the style. */
export const styleMarks = { early: "E", late: "L", short: "S", free: "F" } as const
export type Style = keyof typeof styleMarks

const chain = (start: Pair, problem: Problem, count: number): string => {
  let value = start
  let text = ""
  for (const [index, step] of problem.steps.slice(0, Math.max(0, count)).entries()) {
    const next = applyStep(value, step)
    text += `${pairText(value)}${stepText(step, index)}=${pairText(next)}`
    value = next
  }
  return text
}

const derivation = (problem: Problem): string => `D${chain(problem.start, problem, problem.steps.length)}A${answerOf(problem)}`

const recheck = (problem: Problem): string => `W${chain(problem.start, problem, problem.steps.length)}!`

/** Never from the true start. */
const detour = (problem: Problem, count: number, below: Below): string => {
  const [tens, units] = problem.start
  const guess = below(99)
  const start = guess >= tens * 10 + units ? guess + 1 : guess
  return `M${chain([Math.floor(start / 10), start % 10], problem, count)}/`
}

export interface Thought {
  readonly text: string
  /** just after the first complete derivation */
  readonly derivedAt: number
}

/** What stands before and after the derivation. */
const blocksAround = (problem: Problem, style: Style, seed: number, id: number, checks: number): readonly [string, string] => {
  const steps = problem.steps.length
  const below = stream(seed, "detour", id)
  const detours = (...counts: ReadonlyArray<number>) => counts.map((count) => detour(problem, count, below)).join("")
  switch (style) {
    case "short": return ["", ""]
    case "late": return [detours(steps - 1, steps - 1, steps - 1), ""]
    case "early": return checks === 0
      ? ["", detours(steps - 1, steps - 1, steps - 1)]
      : ["", recheck(problem) + detours(steps - 1, steps - 2)]
    case "free": {
      const free = stream(seed, "free", id)
      const some = () => {
        const blocks = free(3)
        let text = ""
        for (let i = 0; i < blocks; i++) text += detour(problem, free(steps), below)
        return text
      }
      const before = some()
      return [before, (free(2) === 1 ? recheck(problem) : "") + some()]
    }
  }
}

/** @param checks re-checks after an early derivation: 1, or 0 (then it is followed by three dropped attempts) */
export const thoughtOf = (problem: Problem, style: Style, seed: number, id: number, checks: number): Thought => {
  const [before, after] = blocksAround(problem, style, seed, id, checks)
  const derived = before + derivation(problem)
  return { text: derived + after, derivedAt: derived.length }
}
