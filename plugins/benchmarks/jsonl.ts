/**
 * Any file of questions and answers: JSON lines, and as well JSON, CSV or Parquet by its extension, plain or gzip.
 *
 *     evaluate: [{ benchmark: jsonl, options: { file: ./problems.jsonl, question: q, answer: a, tier: level }, items: 200, thoughtTokens: 512 }]
 *
 * The id is the field named by `id`, else the record's place in the file. Without `tier` all items are of one tier, `all`.
 */
import { defineBenchmark, freeTextAnswers, Schema, withDefault } from "leadspan"
import { textOf, without } from "../parts/math-records.ts"

const field = (description: string, usual: string) => withDefault(Schema.NonEmptyString.annotate({ description }), usual)
const fieldOrNone = (description: string) => withDefault(Schema.NullOr(Schema.NonEmptyString).annotate({ description }), null)

export default defineBenchmark({
  name: "jsonl",
  version: 1,
  options: Schema.Struct({
    file: Schema.NonEmptyString.annotate({ description: "The file, relative to the spec." }),
    question: field("Field of the question.", "question"),
    answer: field("Field of the reference answer.", "answer"),
    tier: fieldOrNone("Field of the difficulty."),
    id: fieldOrNone("Field of the id; null counts the records."),
    ...freeTextAnswers.options
  }),
  ...freeTextAnswers.rules,
  records: {
    from: ({ file }) => ({ file }),
    item: (record, { index }, options) => {
      const [question, gold] = [textOf(record[options.question]), textOf(record[options.answer])]
      if (question === null) return without(options.question)
      if (gold === null) return without(options.answer)
      const tier = options.tier === null ? "all" : textOf(record[options.tier])
      if (tier === null) return without(options.tier!)
      const id = options.id === null ? `${index + 1}` : textOf(record[options.id])
      if (id === null) return without(options.id!)
      return { id, problem: question, prompt: freeTextAnswers.promptOf(question, options), gold, tier }
    },
    examples: [
      { options: { file: "a.jsonl" }, record: { question: "1 + 1?", answer: 2 }, item: { id: "1", problem: "1 + 1?", gold: "2", tier: "all" } },
      {
        options: { file: "a.csv.gz", question: "q", answer: "a", tier: "level", id: "key", prompt: "Q: {question}" },
        record: { q: "1 + 1?", a: "2", level: "easy", key: "sum" }, item: { id: "sum", prompt: "Q: 1 + 1?", gold: "2", tier: "easy" }
      },
      { options: { file: "a.jsonl" }, record: { question: "1 + 1?", answer: null }, item: { reason: "missing-fields", detail: "no text in answer" } }
    ]
  },
  examples: [
    { options: { file: "a.jsonl" }, output: { thought: "1 + 1 = 2", answer: "\\boxed{2}", finished: true }, gold: "2", strict: true, lenient: true, first: true },
    { options: { file: "a.jsonl", first: "stated" }, output: { thought: "The answer is 3. No, the answer is 2.", answer: null, finished: false }, gold: "2", strict: false, lenient: true, first: false },
    { options: { file: "a.jsonl", strict: ["bare"] }, output: { thought: "D4+4=8A8", answer: "A8", finished: true }, gold: "A8", strict: true, lenient: true, first: false }
  ]
})
