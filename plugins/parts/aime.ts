/**
 * The American Invitational Mathematics Examination: two papers a year, I and II, of 15 problems each; every answer is a whole
 * number from 0 to 999. Problems get harder through the paper, so the number is the tier: 1-5, 6-10, 11-15.
 *
 * Copies of a year's 30 problems differ in what they say of a problem's number: a `url` that ends in
 * `2024_AIME_I_Problems/Problem_1`, an `id` such as `2024-I-1`, or nothing. Where nothing is said, the place in the file counts:
 * of 15 or 30 records, paper after paper, the number is the place within the paper. Any other file is refused.
 */
import { defineBenchmark, freeTextAnswers, Schema, type RawRecord, type RecordPosition } from "leadspan"
import { type HubRecords, placeOf, placeOptions, textOf, without } from "./math-records.ts"

interface Paper {
  readonly paper: string | null
  readonly number: number
}

const perPaper = 15

const numberOf = (record: RawRecord, { index, of }: RecordPosition): Paper | null => {
  const said = `${textOf(record["url"]) ?? ""} ${textOf(record["id"]) ?? ""}`
  const found = /AIME_(II?)_Problems\/Problem_(\d{1,2})\b|\b\d{4}-(II?)-(\d{1,2})\b/u.exec(said)
  if (found !== null) return { paper: found[1] ?? found[3]!, number: Number(found[2] ?? found[4]) }
  return of === perPaper || of === 2 * perPaper ? { paper: null, number: index % perPaper + 1 } : null
}

const tierOf = (number: number): string => number <= 5 ? "1-5" : number <= 10 ? "6-10" : "11-15"

/** @param year in ids, such as `aime24-I-1`, or `aime25-16` where the paper is not said */
export const aime = (year: number, hub: HubRecords) => {
  const name = `aime${year % 100}`
  return defineBenchmark({
    name,
    version: 1,
    options: Schema.Struct({ ...placeOptions(hub), ...freeTextAnswers.options }),
    ...freeTextAnswers.rules,
    chance: 0.001,
    records: {
      from: placeOf,
      item: (record, position, options) => {
        const [problem, gold] = [textOf(record["problem"] ?? record["question"]), textOf(record["answer"])]
        if (problem === null || gold === null) return without("problem", "answer")
        const place = numberOf(record, position)
        if (place === null || place.number < 1 || place.number > perPaper) return { reason: "no-number", detail: `the problem's number is not said, and the file has ${position.of} records, not 15 or 30` }
        const id = place.paper === null ? `${name}-${position.index + 1}` : `${name}-${place.paper}-${place.number}`
        return { id, problem, prompt: freeTextAnswers.promptOf(problem, options), gold, tier: tierOf(place.number) }
      },
      // Problems made up for these examples; the papers' own are the Mathematical Association of America's.
      examples: [
        {
          record: { id: 60, problem: "What is the remainder of $7^2$ on division by $45$?", answer: "004", url: `https://example.org/wiki/${year}_AIME_II_Problems/Problem_6` },
          item: { id: `${name}-II-6`, gold: "004", tier: "6-10" }
        },
        { record: { id: `${year}-I-15`, problem: "How many primes are below $14$?", answer: 6 }, item: { id: `${name}-I-15`, gold: "6", tier: "11-15" } },
        { record: { problem: "What is $10^2$?", answer: "100" }, position: { index: 18, of: 30 }, item: { id: `${name}-19`, gold: "100", tier: "1-5" } },
        { record: { problem: "What is $10^2$?", answer: "100" }, position: { index: 18, of: 29 }, item: { reason: "no-number" } },
        { record: { problem: "What is $10^2$?" }, item: { reason: "missing-fields", detail: "no text in problem or answer" } }
      ]
    },
    examples: [
      { output: { thought: "So n = 70.", answer: "The answer is $\\boxed{070}$.", finished: true }, gold: "70", strict: true, lenient: true, first: true },
      { output: { thought: "The angle is 336.", answer: "\\boxed{336}", finished: true }, gold: "336^\\circ", strict: true, lenient: true, first: true },
      { output: { thought: "It could be 24 or 25.", answer: null, finished: false }, gold: "24", strict: false, lenient: false, first: false }
    ]
  })
}
