/**
 * Unseen problems of `datasets/chain-arithmetic.ts`, and the four ways to read an answer from what a model wrote.
 *
 * strict   the end of thought, then `A` and two digits, then the end of the turn, nothing else
 * lenient  the strict answer, else the value of the last complete derivation or re-check in the thought
 * first    the value of the first complete derivation
 * forced   two digits after the cue `A`, given when the thought is ended for the model
 */
import { type BenchmarkItem, defineBenchmark, type Output } from "leadspan"
import chainArithmetic from "../datasets/chain-arithmetic.ts"
import { ChainOptions } from "../datasets/chain-arithmetic/options.ts"

const strict = ({ answer, finished }: Output): string | null =>
  finished && answer !== null ? /^A(\d\d)$/u.exec(answer)?.[1] ?? null : null

/**
 * Values of complete derivations (`D`, steps, `A`, value) and re-checks (`W`, steps that end in `=`, value, `!`), in order.
 * Dropped attempts do not count, nor do blocks that another block breaks off.
 */
const derivedValues = (thought: string): ReadonlyArray<string> =>
  [...thought.matchAll(/D[^DWM/A]*A(\d\d)|W[^DWM/!]*=(\d\d)!/gu)].map((match) => match[1] ?? match[2]!)

export default defineBenchmark<ChainOptions>({
  name: "chain-arithmetic",
  version: 1,
  options: ChainOptions,
  *items({ count, seed }, options): Iterable<BenchmarkItem> {
    for (const record of chainArithmetic.records({ split: "test", count, seed }, options)) {
      yield { id: record.id, problem: record.problem, prompt: record.prompt, gold: record.answer.slice(1), tier: record.tier }
    }
  },
  answerCue: "A",
  answerTokens: 3,
  chance: 0.01,
  strict,
  lenient: (output) => strict(output) ?? derivedValues(output.thought).at(-1) ?? null,
  first: (output) => derivedValues(output.thought)[0] ?? null,
  forced: (text) => /^\d\d/u.exec(text)?.[0] ?? null,
  equal: (gold, predicted) => gold === predicted,
  examples: [
    {
      output: { thought: "D47a+31=7878b+12=80A80W47a+31=7878b+12=80!", answer: "A80", finished: true }, gold: "80",
      strict: true, lenient: true, first: true
    },
    {
      output: { thought: "D47a+31=7878b+12=80A80W47a+31=7878b+12=81!M12a+31", answer: null, finished: false }, gold: "80",
      strict: false, lenient: false, first: true
    },
    {
      output: { thought: "M47a+31=78/D47a+31=7878b+12=79A79", answer: "A80", finished: true }, gold: "80",
      strict: true, lenient: true, first: false
    }
  ]
})
