/**
 * MATH-500: the 500 problems of MATH (arXiv 2103.03874) held out by "Let's Verify Step by Step" (arXiv 2305.20050), MIT licence.
 *
 * Records as https://github.com/openai/prm800k (prm800k/math_splits/test.jsonl) and its copies have them, and the hub's
 * HuggingFaceH4/MATH-500: `problem`, `answer` (LaTeX), `subject`, `level` from 1 to 5, `unique_id` such as
 * `test/algebra/2584.json`. Asked as the R1 series is benchmarked (see docs/benchmarks.md), compared as mathematics.
 *
 * Tier: the level, `level 1` to `level 5`.
 *
 *     { "problem": "What is $2^3$?", "answer": "8", "subject": "Prealgebra", "level": 1, "unique_id": "test/prealgebra/1.json" }
 */
import { defineBenchmark, freeTextAnswers, Schema } from "leadspan"
import { placeOf, placeOptions, textOf, without } from "../parts/math-records.ts"

const hub = { hub: "HuggingFaceH4/MATH-500", revision: "6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be", files: "test.jsonl" }

export default defineBenchmark({
  name: "math500",
  version: 1,
  options: Schema.Struct({ ...placeOptions(hub), ...freeTextAnswers.options }),
  ...freeTextAnswers.rules,
  records: {
    from: placeOf,
    item: (record, { index }, options) => {
      const [problem, gold] = [textOf(record["problem"]), textOf(record["answer"])]
      if (problem === null || gold === null) return without("problem", "answer")
      const level = /^(?:level )?([1-5])$/iu.exec(textOf(record["level"]) ?? "")?.[1]
      if (level === undefined) return { reason: "no-level", detail: "level is not 1 to 5" }
      return { id: textOf(record["unique_id"]) ?? `math500-${index + 1}`, problem, prompt: freeTextAnswers.promptOf(problem, options), gold, tier: `level ${level}` }
    },
    examples: [
      {
        record: { problem: "What is $2^3$?", answer: "8", subject: "Prealgebra", level: 1, unique_id: "test/prealgebra/1.json" },
        item: {
          id: "test/prealgebra/1.json", gold: "8", tier: "level 1",
          prompt: "What is $2^3$?\nPlease reason step by step, and put your final answer within \\boxed{}."
        }
      },
      { record: { problem: "What is $x$?", answer: "\\frac{1}{2}", level: "Level 5" }, item: { id: "math500-1", gold: "\\frac{1}{2}", tier: "level 5" } },
      { record: { problem: "What is $x$?", answer: "1", level: 7 }, item: { reason: "no-level", detail: "level is not 1 to 5" } }
    ]
  },
  examples: [
    { output: { thought: "It is \\frac{1}{2}.", answer: "So $x = \\boxed{0.5}$.", finished: true }, gold: "\\frac{1}{2}", strict: true, lenient: true, first: true },
    { output: { thought: "Is it 3? The answer is $(x+1)^2$.", answer: null, finished: false }, gold: "x^2+2x+1", strict: false, lenient: true, first: false },
    { output: { thought: "We get x = 12.", answer: "\\boxed{12}, no, \\boxed{13", finished: true }, gold: "13", strict: false, lenient: false, first: false }
  ]
})
