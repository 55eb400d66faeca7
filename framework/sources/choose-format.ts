/** `format: auto`: which format plugin a sample of records is read by, how surely, and by what that is seen. */
import { Data, Effect } from "effect"
import type { FormatPlugin, RawRecord } from "../plugin/define.ts"
import { quoted } from "./SourceError.ts"

/** A format's claim on a sample. */
export interface FormatClaim {
  readonly name: string
  /** from 0 (not at all) to 1 */
  readonly score: number
  /** what was seen, a sentence for people */
  readonly because: string
}

/** The format that was chosen, and the others that claim the sample, surest first. */
export interface ChosenFormat {
  readonly plugin: FormatPlugin
  readonly score: number
  readonly because: string
  readonly others: ReadonlyArray<FormatClaim>
}

/** No format is sure enough, or two are equally sure. */
export class FormatUnclear extends Data.TaggedError("FormatUnclear")<{
  readonly code: "format-unclear"
  /** the file; null where only a sample is known */
  readonly place: string | null
  /** why there are no records, where there are none */
  readonly none: string | null
  readonly columns: ReadonlyArray<string>
  readonly records: number
  /** surest first; those that see nothing at all are left out */
  readonly candidates: ReadonlyArray<FormatClaim>
}> {
  override get message(): string {
    const [first, second] = this.candidates
    const found = this.records === 0 ? `no records to tell the format by${this.none === null ? "" : `: ${this.none}`}`
      : first === undefined ? "records of no known format"
      : first.score < leastScore ? `records of which no format is sure enough (${percent(first.score)}, at least ${percent(leastScore)} is needed)`
      : `records that ${first.name} and ${second!.name} claim alike`
    const columns = this.columns.length === 0 ? "" : ` Their columns: ${this.columns.slice(0, 20).map(named).join(", ")}${this.columns.length > 20 ? " and more" : ""}.`
    const listed = this.candidates.slice(0, 5).map(({ because, name, score }) => `\n  format: ${name.padEnd(20)} ${percent(score)}  ${because}`).join("")
    const advice = this.records === 0 ? "Check what is read." : first === undefined ? "Write `format:` with the name of one, or write a format plugin." : "Write the one that is right in the spec:"
    return `${this.place === null ? "" : `${this.place}  `}format-unclear  Found ${found}, expected records that one format is sure of.${columns} ${advice}${listed}`
  }
}

/** A column's name may hold anything, and be as long. */
const named = (column: string): string => /^[\w.-]{1,40}$/u.test(column) ? column : quoted(column, 40)

const percent = (score: number): string => `${Math.round(score * 100)} %`

/** Below this nothing is chosen. */
const leastScore = 0.5
/** Two claims that are closer than this are alike. */
const leastLead = 0.05

const claimOf = (plugin: FormatPlugin, sample: ReadonlyArray<RawRecord>): FormatClaim => {
  try {
    const { because, score } = plugin.recognise(sample)
    return { name: plugin.name, score: Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0, because }
  } catch (thrown) {
    return { name: plugin.name, score: 0, because: `its \`recognise\` threw: ${thrown instanceof Error ? thrown.message : String(thrown)}` }
  }
}

/**
 * Chooses the format that claims the sample most surely: with a score of at least 0.5, and 0.05 before the next.
 * Fails with `FormatUnclear`, which lists the candidates and what to write in `format:`.
 */
export const chooseFormat = (sample: ReadonlyArray<RawRecord>, formats: ReadonlyArray<FormatPlugin>): Effect.Effect<ChosenFormat, FormatUnclear> =>
  Effect.suspend(() => {
    const claims = formats.map((plugin) => ({ plugin, claim: claimOf(plugin, sample) }))
      .sort((a, b) => b.claim.score - a.claim.score || (a.claim.name < b.claim.name ? -1 : 1))
    const candidates = claims.map(({ claim }) => claim).filter(({ score }) => score > 0)
    const [first, second] = claims
    if (first === undefined || first.claim.score < leastScore || (second !== undefined && first.claim.score - second.claim.score < leastLead)) {
      const columns = [...new Set(sample.flatMap((record) => Object.keys(record)))]
      return Effect.fail(new FormatUnclear({ code: "format-unclear", place: null, none: null, columns, records: sample.length, candidates }))
    }
    return Effect.succeed({ plugin: first.plugin, score: first.claim.score, because: first.claim.because, others: candidates.slice(1) })
  })
