/** Records of a data set -> `prepared.arrow` and `prepared.json` (what is in it, for people and for `plan`). */
import { createHash } from "node:crypto"
import { createReadStream, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { TraceRecord } from "../plugin/define.ts"
import { writePrepared } from "./prepared-file.ts"
import { type Sequence, tokeniseTrace } from "./render.ts"
import { asSequenceError, attempt, quote, reasonOf, SequenceError } from "./SequenceError.ts"
import type { Tokenizer } from "./tokenizer.ts"

const MeanTokens = Schema.Struct({ prompt: Schema.Finite, cot: Schema.Finite, answer: Schema.Finite })

/** `prepared.json` */
export const PreparedSummary = Schema.Struct({
  format: Schema.Literal(1),
  rows: Schema.Int,
  /** rows before the replay rows */
  mainRows: Schema.Int,
  tokens: Schema.Int,
  maxTokens: Schema.Int,
  /** every token id is below the student's and the teacher's vocabulary: to be checked by the plan */
  largestId: Schema.Int,
  /** of the main rows */
  meanTokens: MeanTokens,
  /** share of the main rows whose thought holds the derivation, and its mean place as a share of the sequence */
  derivedShare: Schema.Finite,
  meanDerivedAt: Schema.NullOr(Schema.Finite),
  /** sha256 of prepared.arrow */
  digest: Schema.String
})
export type PreparedSummary = typeof PreparedSummary.Type

export const preparedName = "prepared.arrow"
export const summaryName = "prepared.json"

const checked = (record: TraceRecord, seen: Set<string>): TraceRecord => {
  const fault = (expected: string, found: string) => new SequenceError({
    code: "record-malformed", where: `record ${quote(String(record.id))}`, expected, found, advice: "Mend the data-set plugin or the data."
  })
  for (const field of ["id", "problem", "prompt", "cot", "answer", "tier"] as const) {
    if (typeof record[field] !== "string") throw fault(`text in \`${field}\``, typeof record[field])
    if (/\p{Cs}/u.test(record[field])) throw fault(`well-formed Unicode in \`${field}\``, "a lone surrogate")
  }
  const at = record.derivedAt
  if (at !== null && !(Number.isInteger(at) && at >= 0 && at <= record.cot.length)) {
    throw fault(`derivedAt null or within the thought's ${record.cot.length} characters`, String(at))
  }
  if (seen.has(record.id)) throw fault("ids that are used once", "this one again")
  seen.add(record.id)
  return record
}

/** The records of a data set, whose own errors are the user's to read. */
function* recordsOf(records: Iterable<TraceRecord>): Iterable<TraceRecord> {
  try {
    yield* records
  } catch (thrown) {
    throw new SequenceError({
      code: "record-malformed", where: "data set", expected: "records", found: reasonOf(thrown), advice: "Check its options and counts."
    })
  }
}

/** Counts what passes by. */
const tally = () => {
  const perSegment = [0, 0, 0]
  let [rows, mainRows, tokens, maxTokens, largestId, derived, derivedSum] = [0, 0, 0, 0, -1, 0, 0]
  const add = (sequence: Sequence, isMain: boolean): void => {
    const length = sequence.tokens_T.length
    for (const id of sequence.tokens_T) if (id > largestId) largestId = id
    tokens += length
    rows++
    if (length > maxTokens) maxTokens = length
    if (!isMain) return
    mainRows++
    for (const code of sequence.segments_T) perSegment[code]!++
    if (sequence.derivedAt === null) return
    derived++
    derivedSum += sequence.derivedAt / length
  }
  const perMain = (count: number) => mainRows === 0 ? 0 : count / mainRows
  const summary = (digest: string): PreparedSummary => ({
    format: 1, rows, mainRows, tokens, maxTokens, largestId,
    meanTokens: { prompt: perMain(perSegment[0]!), cot: perMain(perSegment[1]!), answer: perMain(perSegment[2]!) },
    derivedShare: perMain(derived), meanDerivedAt: derived === 0 ? null : derivedSum / derived, digest
  })
  return { add, summary }
}

const digestOf = (path: string) => Effect.tryPromise({
  try: async () => {
    const hash = createHash("sha256")
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    return hash.digest("hex")
  },
  catch: asSequenceError(path)
})

/**
 * Tokenises records and writes them into `folder`, main rows first; holds one record batch at a time.
 * @param replay complete easy examples, written after the main records; their ids differ from those
 */
export const prepare = Effect.fnUntraced(function*(
  tokenizer: Tokenizer, main: Iterable<TraceRecord>, replay: Iterable<TraceRecord>, folder: string
) {
  const path = join(folder, preparedName)
  const seen = new Set<string>()
  const counted = tally()
  const sequences = function*() {
    for (const [records, isMain] of [[main, true], [replay, false]] as const) {
      for (const record of recordsOf(records)) {
        const sequence = tokeniseTrace(tokenizer, checked(record, seen))
        counted.add(sequence, isMain)
        yield sequence
      }
    }
  }
  yield* writePrepared(path, sequences())
  const summary = counted.summary(yield* digestOf(path))
  if (summary.mainRows === 0) {
    return yield* new SequenceError({
      code: "record-malformed", where: path, expected: "at least one record", found: "none",
      advice: "Check the data set and its options."
    })
  }
  writeFileSync(join(folder, summaryName), `${JSON.stringify(summary, null, 2)}\n`)
  return summary
})

const decodeSummary = Schema.decodeUnknownSync(Schema.fromJsonString(PreparedSummary))

/** Reads `prepared.json` of a folder that `prepare` filled. */
export const readSummary = (folder: string): Effect.Effect<PreparedSummary, SequenceError> =>
  attempt(join(folder, summaryName), () => decodeSummary(readFileSync(join(folder, summaryName), "utf8")))
