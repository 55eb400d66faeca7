/**
 * Chain arithmetic: small verifiable problems, with thoughts that derive the answer early or late.
 *
 * A record: prompt `E47a+31b+12c+44`, thought `D47a+31=7878b+12=8080c+44=24A24W...!M.../M.../`, answer `A24`. The grammar is in
 * `chain-arithmetic/problem.ts` and `trace.ts`; the tokenizer of `models/tiny` has one token a symbol.
 *
 * Train, validation and test are split by a hash of the problem alone: no problem lies in two of them, whatever the options.
 */
import { defineDataset, type TraceRecord } from "leadspan"
import { ChainOptions, kindAt, mixtureOf } from "./chain-arithmetic/options.ts"
import { answerOf, makeProblem, problemCount, problemText, type Tier, tierSteps } from "./chain-arithmetic/problem.ts"
import { styleMarks, thoughtOf } from "./chain-arithmetic/trace.ts"

/** So many known problems in a row, and the tier counts as used up. */
const maxRepeats = 1000

/** Numbers the problems of a tier; ids go up, each problem comes once. */
class Pool {
  #id = 0
  readonly #seen = new Set<string>()
  /** Training data may begin again from all problems when the tier has run out of them; test data may not. */
  next(problemOf: (id: number) => string, isTrain: boolean): number | null {
    for (let repeats = 0; repeats < maxRepeats; repeats++) {
      const id = this.#id++
      const text = problemOf(id)
      if (this.#seen.has(text)) continue
      this.#seen.add(text)
      return id
    }
    if (!isTrain) return null
    this.#seen.clear()
    return this.next(problemOf, isTrain)
  }
}

export default defineDataset<ChainOptions>({
  name: "chain-arithmetic",
  version: 1,
  options: ChainOptions,
  *records({ split, count, seed }, options): Iterable<TraceRecord> {
    const pools: { [T in Tier]?: Pool } = {}
    const mixture = mixtureOf(options)
    for (let index = 0; index < count; index++) {
      const { tier, style } = kindAt(mixture, seed, split, index)
      const steps = tierSteps[tier]
      const pool = pools[tier] ??= new Pool()
      const problemAt = (id: number) => makeProblem(seed, split, id, steps, options)
      const id = pool.next((id) => problemText(problemAt(id)), split === "train")
      if (id === null) {
        throw new Error(`${count} problems for ${split} are more than the ${tier} tier has: about ${problemCount(steps, options) / 10}`)
      }
      const problem = problemAt(id)
      const text = problemText(problem)
      const thought = thoughtOf(problem, style, seed, id, options.checks)
      yield {
        id: `${split}-${tier}-${style}-${seed}-${id}`, problem: text, prompt: styleMarks[style] + text, cot: thought.text,
        answer: `A${answerOf(problem)}`, tier, derivedAt: thought.derivedAt
      }
    }
  },
  examples: [
    {
      options: {},
      first: {
        prompt: "E92a+24b+23c+23", answer: "A52", tier: "standard", derivedAt: 31,
        cot: "D92a+24=1616b+23=3939c+23=52A52W92a+24=1616b+23=3939c+23=52!M18a+24=3232b+23=55/M48a+24=62/"
      }
    },
    { options: { tier: "mini", style: "late" }, first: { prompt: "L88a+42", cot: "M/M/M/D88a+42=20A20", answer: "A20", derivedAt: 19 } }
  ]
})
