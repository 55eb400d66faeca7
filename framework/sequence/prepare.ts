/** Traces -> `prepared.arrow` and `prepared.json` (what is in it and what was left out, for people and for `plan`). */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { TextMatcher } from "../derivation/find-derivation.ts"
import type { TraceRecord } from "../plugin/define.ts"
import { hash64, HashSet64 } from "./hash64.ts"
import { writePrepared } from "./prepared-file.ts"
import { cutSequence } from "./render.ts"
import type { Sequence } from "./Sequence.ts"
import { asSequenceError, attempt, quote, reasonOf, SequenceError } from "./SequenceError.ts"
import { ContaminationReport, Tally } from "./Tally.ts"
import { tokenised } from "./tokenise-pool.ts"
import { errorOf, type Fault } from "./TokeniseTask.ts"
import type { Tokenizer } from "./tokenizer.ts"

const MeanTokens = Schema.Struct({ prompt: Schema.Finite, cot: Schema.Finite, answer: Schema.Finite })

/** `prepared.json` */
export const PreparedSummary = Schema.Struct({
  format: Schema.Literal(2),
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
  /** main rows whose thought never ends, and that were cut to `maxTokens` */
  unfinished: Schema.Int,
  cut: Schema.Int,
  /** what became of all that was read for the main rows */
  tally: Tally,
  contamination: Schema.NullOr(ContaminationReport),
  /** which format the records were taken for, how surely and why; null for a data-set plugin */
  dataFormat: Schema.NullOr(Schema.Struct({ name: Schema.String, score: Schema.Finite, because: Schema.String })),
  /** SHA-256 of all rows: ids, tokens and places, whatever the file's own bytes are */
  digest: Schema.String
})
export type PreparedSummary = typeof PreparedSummary.Type

export const preparedName = "prepared.arrow"
export const summaryName = "prepared.json"

/** A trace, and where it stands: what a refusal names. */
export interface PlacedRecord extends TraceRecord {
  readonly place?: string
}
export type Records = Iterable<PlacedRecord> | AsyncIterable<PlacedRecord>

export interface PrepareSettings {
  /** main rows to take; null takes all that there are */
  readonly count?: number | null
  /** longest sequence, and what is done with a longer one */
  readonly maxTokens?: number | null
  readonly overLength?: "drop" | "cut"
  readonly appendGenerationPrompt?: boolean
  /** how the first derivation is found in main records that do not tell it; left out: it is not looked for */
  readonly derivation?: TextMatcher
  /**
   * What is told of a main record that cannot be used: too long, or text that template or vocabulary do not take. Left out:
   * the latter two are errors.
   */
  readonly refuse?: (reason: string, place: string) => void
  /** What became of all that was read, once `used` rows are taken; left out: they are all that there was. */
  readonly tally?: (used: number) => Tally
  readonly contamination?: () => ContaminationReport | null
  readonly dataFormat?: PreparedSummary["dataFormat"]
  /** names the data set and the split in an error: "train records of traces.jsonl" */
  readonly what?: string
  /** tokenising threads; left out: one a core for large data, none for small */
  readonly workers?: number
}

const checked = (record: PlacedRecord, seen: HashSet64): PlacedRecord => {
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
  if (!seen.add(hash64(record.id))) throw fault("ids that are used once", "this one again")
  return record
}

/** The records of a data set, whose own errors are the user's to read. */
async function* recordsOf(records: Records, seen: HashSet64): AsyncIterable<PlacedRecord> {
  const iterator = Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]()
  try {
    while (true) {
      let next: IteratorResult<PlacedRecord>
      try {
        next = await iterator.next()
      } catch (thrown) {
        if (thrown instanceof SequenceError) throw thrown
        throw new SequenceError({
          code: "record-malformed", where: "data set", expected: "records", found: reasonOf(thrown), advice: "Check its options and counts."
        })
      }
      if (next.done === true) return
      yield checked(next.value, seen)
    }
  } finally {
    await iterator.return?.()
  }
}

/** Counts what passes by, and hashes it. */
const summing = () => {
  const perSegment = [0, 0, 0]
  const hash = createHash("sha256")
  let [rows, mainRows, tokens, maxTokens, largestId, derived, derivedSum, unfinished, cut] = [0, 0, 0, 0, -1, 0, 0, 0, 0]
  const bytesOf = (array: Int32Array | Uint8Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const add = (sequence: Sequence, isMain: boolean, is: { readonly closed: boolean; readonly cut: boolean }): void => {
    const { closerAt, derivedAt, endOfTurnAt, id, openerAt, segments_T, tokens_T } = sequence
    const length = tokens_T.length
    hash.update(`${id}\0${length} ${derivedAt} ${openerAt} ${closerAt} ${endOfTurnAt}\0`).update(bytesOf(tokens_T)).update(bytesOf(segments_T))
    for (let t = 0; t < length; t++) if (tokens_T[t]! > largestId) largestId = tokens_T[t]!
    tokens += length
    rows++
    if (length > maxTokens) maxTokens = length
    if (!isMain) return
    mainRows++
    if (!is.closed) unfinished++
    if (is.cut) cut++
    for (let t = 0; t < length; t++) perSegment[segments_T[t]!]!++
    if (derivedAt === null) return
    derived++
    derivedSum += derivedAt / length
  }
  const perMain = (count: number) => mainRows === 0 ? 0 : count / mainRows
  const summary = ({ contamination, dataFormat, tally }: PrepareSettings): PreparedSummary => ({
    format: 2, rows, mainRows, tokens, maxTokens, largestId,
    meanTokens: { prompt: perMain(perSegment[0]!), cot: perMain(perSegment[1]!), answer: perMain(perSegment[2]!) },
    derivedShare: perMain(derived), meanDerivedAt: derived === 0 ? null : derivedSum / derived, unfinished, cut,
    tally: tally?.(mainRows) ?? { read: mainRows, used: mainRows, reasons: [] },
    contamination: contamination?.() ?? null, dataFormat: dataFormat ?? null, digest: hash.digest("hex")
  })
  return { add, summary, mainRows: () => mainRows }
}

/** Faults of a text that say nothing about the other texts. */
const reasonOfFault = ({ code }: Fault): string | null =>
  code === "template-segments" ? "template-misfit" : code === "tokenizer-unknown-symbol" ? "unknown-symbol" : null

/** What is wrong with a record is told where it stands. */
const placed = (fault: Fault, place: string | undefined): Fault =>
  place !== undefined && fault.where.startsWith("record ") ? { ...fault, where: place } : fault

const tooFew = (count: number, found: number, { tally, what = "records" }: PrepareSettings): SequenceError => {
  const reasons = tally?.(found).reasons.map(({ count: of, examples: [first], reason }) => `${of} ${reason}${first === undefined ? "" : ` (${first})`}`).join(", ") ?? ""
  return new SequenceError({
    code: "data-malformed", where: "data", expected: `${count} ${what}`, found: `${found}${reasons === "" ? "" : ` (not used: ${reasons})`}`,
    advice: "Ask for fewer, use more of what is not used, or give a larger file; a tenth of the problems is for validation, a tenth for tests."
  })
}

/**
 * Tokenises records and writes them into `folder`, main rows first; memory does not grow with their number.
 * @param replay complete easy examples, written after the main records; their ids differ from those
 */
export const prepare = Effect.fnUntraced(function*(
  tokenizer: Tokenizer, main: Records, replay: Records, folder: string, settings: PrepareSettings = {}
) {
  const path = join(folder, preparedName)
  const { appendGenerationPrompt = false, count = null, maxTokens = null, overLength = "drop", refuse } = settings
  const seen = new HashSet64()
  const sums = summing()
  const pool = { options: { appendGenerationPrompt }, ...(settings.workers === undefined ? {} : { workers: settings.workers }) }
  const { derivation } = settings
  const mainPool = derivation === undefined ? pool : { ...pool, options: { ...pool.options, derivation } }
  async function* mainRows(): AsyncIterable<Sequence> {
    if (count === 0) return
    for await (const { outcome, trace } of tokenised(tokenizer, recordsOf(main, seen), mainPool)) {
      const place = trace.place ?? `record ${quote(trace.id)}`
      if ("fault" in outcome) {
        const reason = reasonOfFault(outcome.fault)
        if (reason === null || refuse === undefined) throw errorOf(placed(outcome.fault, trace.place))
        refuse(reason, place)
        continue
      }
      const isLong = maxTokens !== null && outcome.sequence.tokens_T.length > maxTokens
      if (isLong && overLength === "drop") {
        if (refuse === undefined) throw new SequenceError({ code: "record-malformed", where: place, expected: `at most ${maxTokens} tokens`, found: `${outcome.sequence.tokens_T.length}`, advice: "Raise `maxTokens`, or cut." })
        refuse("over-length", place)
        continue
      }
      const sequence = isLong ? cutSequence(outcome.sequence, maxTokens) : outcome.sequence
      sums.add(sequence, true, { closed: trace.closed !== false, cut: isLong })
      yield sequence
      if (count !== null && sums.mainRows() === count) return
    }
  }
  async function* rows(): AsyncIterable<Sequence> {
    yield* mainRows()
    if (count !== null && sums.mainRows() < count) throw tooFew(count, sums.mainRows(), settings)
    for await (const { outcome } of tokenised(tokenizer, recordsOf(replay, seen), pool)) {
      if ("fault" in outcome) throw errorOf(outcome.fault)
      sums.add(outcome.sequence, false, { closed: true, cut: false })
      yield outcome.sequence
    }
  }
  yield* writePrepared(path, rows())
  if (sums.mainRows() === 0) {
    return yield* new SequenceError({
      code: "record-malformed", where: path, expected: "at least one record", found: "none",
      advice: "Check the data set and its options."
    })
  }
  const summary = yield* Effect.try({ try: () => sums.summary(settings), catch: asSequenceError(path) })
  writeFileSync(join(folder, summaryName), `${JSON.stringify(summary, null, 2)}\n`)
  return summary
})

const decodeSummary = Schema.decodeUnknownSync(Schema.fromJsonString(PreparedSummary))

/** Reads `prepared.json` of a folder that `prepare` filled. */
export const readSummary = (folder: string): Effect.Effect<PreparedSummary, SequenceError> =>
  attempt(join(folder, summaryName), () => decodeSummary(readFileSync(join(folder, summaryName), "utf8")))
