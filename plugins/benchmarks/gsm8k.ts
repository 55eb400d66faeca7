/**
 * GSM8K's 1,319 test problems: grade-school arithmetic in words (arXiv 2110.14168, MIT licence).
 *
 * Records as https://github.com/openai/grade-school-math has them (3101c7d, grade_school_math/data/test.jsonl), and the hub's
 * openai/gsm8k: `question`, and `answer`, a worked solution with calculator marks and the answer behind `#### `, read as
 * grade_school_math/dataset.py (2909d34) reads it: the number there, without commas. Compared as mathematics, so `18.00` and
 * `\$18` are right where that script wants the same digits.
 *
 * Tier: steps of the worked solution, which are its lines before the answer: `2 steps` to `8 steps`, none beyond.
 *
 *     { "question": "...", "answer": "She has 16 - 7 = <<16-7=9>>9 left.\nShe makes 9 * 2 = $<<9*2=18>>18.\n#### 18" }
 */
import { defineBenchmark, freeTextAnswers, Schema } from "leadspan"
import { placeOf, placeOptions, textOf, without } from "../parts/math-records.ts"

/** At a version pinned by others, too: 740312a is the hub's commit of the Parquet files. */
const hub = { hub: "openai/gsm8k", revision: "740312add88f781978c0658806c59bc2815b9866", files: "main/test-*.parquet" }

const mostSteps = 8

const stepsOf = (solution: string): string => {
  const steps = solution.split("####")[0]!.split("\n").filter((line) => line.trim() !== "").length
  return steps >= mostSteps ? `${mostSteps}+ steps` : steps === 1 ? "1 step" : `${steps} steps`
}

export default defineBenchmark({
  name: "gsm8k",
  version: 1,
  options: Schema.Struct({ ...placeOptions(hub), ...freeTextAnswers.options }),
  ...freeTextAnswers.rules,
  records: {
    from: placeOf,
    item: (record, { index }, options) => {
      const [question, solution] = [textOf(record["question"]), textOf(record["answer"])]
      if (question === null || solution === null) return without("question", "answer")
      const gold = /####\s*(-?[\d.,]+)\s*$/u.exec(solution)?.[1]?.replaceAll(",", "")
      if (gold === undefined) return { reason: "no-gold", detail: "no number behind ####" }
      return { id: `gsm8k-${index + 1}`, problem: question, prompt: freeTextAnswers.promptOf(question, options), gold, tier: stepsOf(solution) }
    },
    examples: [
      {
        record: { question: "Ann has 1,000 beads and buys 2 bags of 250. How many has she?", answer: "She buys 2 * 250 = <<2*250=500>>500 beads.\nShe has 1000 + 500 = <<1000+500=1500>>1,500.\n#### 1,500" },
        item: { id: "gsm8k-1", problem: "Ann has 1,000 beads and buys 2 bags of 250. How many has she?", gold: "1500", tier: "2 steps" }
      },
      { record: { question: "Who?", answer: "Nobody." }, item: { reason: "no-gold", detail: "no number behind ####" } },
      { record: { question: "Who?" }, item: { reason: "missing-fields", detail: "no text in question or answer" } }
    ]
  },
  examples: [
    { output: { thought: "9 * 2 = 18.", answer: "She makes \\boxed{\\$18.00} a day.", finished: true }, gold: "18", strict: true, lenient: true, first: true },
    { output: { thought: "9 * 2 = 18. Wait, 9 * 3 = 27.", answer: null, finished: false }, gold: "18", strict: false, lenient: false, first: true },
    { output: { thought: "Let me see.", answer: "1,500 beads.\n#### 1,500", finished: true }, gold: "1500", strict: false, lenient: true, first: false },
    { options: { strict: ["marked"] }, output: { thought: "Let me see.", answer: "1,500 beads.\n#### 1,500", finished: true }, gold: "1500", strict: true, lenient: true, first: false }
  ]
})
