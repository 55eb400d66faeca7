/** From a survey's rows to the advice. */
import { keptLength } from "../plugin/kept-length.ts"
import { percent } from "./words.ts"
import type { Advice, Group, Place, RatioRow } from "./Advice.ts"
import { distribution } from "./quantiles.ts"
import { ratioTexts, recommend } from "./recommend.ts"
import { lengthOf, matchers, type Matcher, notFound, notKnown, type Row } from "./Rows.ts"
import { shareOf } from "./share.ts"
import type { Survey } from "./survey.ts"
import { warningsOf } from "./warnings.ts"

export interface SummaryOptions {
  readonly maxTokens: number | null
  /** share of the derivations that the recommended ratio is to keep */
  readonly keep: number
  /** matchers that were asked for; the first one that found anything is gone by, after `told` */
  readonly matchers: ReadonlyArray<Matcher>
  readonly sequence: Advice["sequence"]
}

const placeBins = 20
const lengthBins = 24

const share = (rows: ReadonlyArray<Row>, isHit: (row: Row) => boolean) =>
  shareOf(Float64Array.from(rows, (row) => Number(isHit(row))), Float64Array.from(rows, ({ problem }) => problem))

const isFound = (row: Row, matcher: Matcher): boolean => row[matcher] >= 0

/** Units from the sequence's beginning to just after the derivation. */
const derivedAt = (row: Row, matcher: Matcher): number => row.prompt + row[matcher]

const placeOf = (all: ReadonlyArray<Row>, matcher: Matcher, over: Place["over"], maxTokens: number | null): Place => {
  const known = all.filter((row) => row[matcher] !== notKnown && (over !== "filtered" || lengthOf(row) <= (maxTokens ?? Infinity)))
  const found = known.filter((row) => isFound(row, matcher))
  const at = (row: Row) => over === "thought" ? row[matcher] / Math.max(1, row.cot) : derivedAt(row, matcher) / lengthOf(row)
  const isEarly = (row: Row) => isFound(row, matcher) && at(row) <= 0.5
  return {
    matcher, over, known: known.length, found: share(known, (row) => isFound(row, matcher)),
    place: distribution(Float64Array.from(found, (row) => Math.min(1, at(row))), placeBins, [0, 1]),
    firstHalf: share(found, isEarly), firstHalfOfAll: share(known, isEarly)
  }
}

const groupOf = (by: Group["by"], name: string, rows: ReadonlyArray<Row>, used: ReadonlyArray<Matcher>, maxTokens: number | null): Group => {
  const total = rows.reduce((sum, row) => sum + lengthOf(row), 0)
  const part = (name: "prompt" | "cot" | "answer") => total === 0 ? 0 : rows.reduce((sum, row) => sum + row[name], 0) / total
  const denominators = maxTokens === null ? ["thought", "sequence"] as const : ["thought", "sequence", "filtered"] as const
  return {
    by, name, samples: rows.length, problems: new Set(rows.map(({ problem }) => problem)).size,
    meanLength: rows.length === 0 ? 0 : total / rows.length,
    shares: { prompt: part("prompt"), cot: part("cot"), answer: part("answer") },
    places: used.flatMap((matcher) => denominators.map((over) => placeOf(rows, matcher, over, maxTokens)))
  }
}

/** Thirds by length, each named by its lengths. */
const thirds = (rows: ReadonlyArray<Row>): ReadonlyArray<readonly [string, ReadonlyArray<Row>]> => {
  const ordered = [...rows].sort((a, b) => lengthOf(a) - lengthOf(b))
  if (rows.length < 6 || lengthOf(ordered[0]!) === lengthOf(ordered.at(-1)!)) return []
  const bounds = [0, 1, 2, 3].map((third) => Math.round((third * ordered.length) / 3))
  return ["short", "middle", "long"].map((name, third) => {
    const part = ordered.slice(bounds[third], bounds[third + 1])
    return [`${name}: ${lengthOf(part[0]!)} to ${lengthOf(part.at(-1)!)}`, part] as const
  })
}

const ratioRow = (ratio: string, rows: ReadonlyArray<Row>, used: ReadonlyArray<Matcher>): RatioRow => {
  const keptOf = (row: Row) => keptLength(Math.max(1, lengthOf(row)), ratio)
  let [kept, total, thought] = [0, 0, 0]
  for (const row of rows) {
    const length = keptOf(row)
    kept += length
    total += lengthOf(row)
    thought += Math.min(1, Math.max(0, length - row.prompt) / Math.max(1, row.cot))
  }
  const closed = rows.filter((row) => row.closed === 1)
  const answered = closed.filter(({ answer }) => answer > 0)
  return {
    ratio, kept: total === 0 ? 0 : kept / total, thought: rows.length === 0 ? 0 : thought / rows.length,
    holds: Object.fromEntries(used.map((matcher) => [
      matcher, share(rows.filter((row) => isFound(row, matcher)), (row) => derivedAt(row, matcher) <= keptOf(row))
    ])),
    thoughtWhole: share(closed, (row) => keptOf(row) >= row.prompt + row.cot),
    answerBegins: share(answered, (row) => keptOf(row) > row.prompt + row.cot),
    answerWhole: share(answered, (row) => keptOf(row) >= lengthOf(row))
  }
}

/** Matchers that had something to look for. */
const matchersOf = (rows: ReadonlyArray<Row>, wanted: ReadonlyArray<Matcher>): ReadonlyArray<Matcher> =>
  [...new Set<Matcher>(["told", ...wanted, ...matchers])].filter((matcher) => rows.some((row) => row[matcher] !== notKnown))

export const summarise = ({ rows, sets, tiers, total, unit }: Survey, { keep, matchers: wanted, maxTokens, sequence }: SummaryOptions): Advice => {
  const all = Array.from({ length: rows.held }, (_, n) => rows.at(n))
  const used = matchersOf(all, wanted)
  const group = (by: Group["by"], name: string, of: ReadonlyArray<Row>) => groupOf(by, name, of, used, maxTokens)
  const among = (by: Group["by"], parts: ReadonlyArray<readonly [string, ReadonlyArray<Row>]>) =>
    parts.filter(([, part]) => part.length > 0).length < 2 ? [] : parts.filter(([, part]) => part.length > 0).map(([name, part]) => group(by, name, part))
  const groups = [
    group("all", "all", all),
    ...among("set", sets.map(({ name }, set) => [name, all.filter((row) => row.set === set)])),
    ...among("tier", tiers.map((name, tier) => [name, all.filter((row) => row.tier === tier)] as const).sort(([a], [b]) => a < b ? -1 : 1)),
    ...among("length", thirds(all)),
    ...among("correct", [["right", 1], ["wrong", 0], ["not known", -1]].map(([name, value]) => [name as string, all.filter(({ correct }) => correct === value)]))
  ]
  const ratios = ratioTexts.map((ratio) => ratioRow(ratio, all, used))
  const by = used.find((matcher) => all.some((row) => isFound(row, matcher)))
  const lengths = (of: (row: Row) => number) => distribution(Float64Array.from(all, of), lengthBins)
  const advised = by === undefined ? null : { matcher: by, keep, ...recommend(ratios.map(({ holds, ratio }) => ({ ratio, holds: holds[by]! })), keep) }
  const advice: Omit<Advice, "warnings"> = {
    format: 1, unit: { name: unit.name, describe: unit.describe }, sequence, ...(total === undefined ? {} : { source: "prepared" as const }),
    sets: sets.map((set) => ({ ...set })),
    samples: total ?? rows.seen, held: rows.held, maxTokens,
    lengths: { prompt: lengths(({ prompt }) => prompt), cot: lengths(({ cot }) => cot), answer: lengths(({ answer }) => answer), whole: lengths(lengthOf) },
    groups, ratios,
    recommendation: advised === null ? null : { ...advised, reason: reasonOf(advised, ratios.find(({ ratio }) => ratio === advised.ratio)!) }
  }
  return { ...advice, warnings: warningsOf(advice, all.filter((row) => by !== undefined && row[by] === notFound).length, total !== undefined) }
}


const reasonOf = (
  { high, keep, low, matcher, ratio }: { matcher: Matcher; keep: number; ratio: string; low: string; high: string }, row: RatioRow
): string => {
  const held = row.holds[matcher]!
  const by = matcher === "told" ? "as the data tell them" : `by the ${matcher} matcher`
  const shared = low === high ? `the 95 % intervals allow no other of these ratios` : `the 95 % intervals allow ${low} to ${high}`
  if (ratio === "1") return `No ratio below 1 that was looked at keeps ${percent(keep)} of the first derivations, ${by}; ${shared}`
  return `It is the smallest ratio that keeps ${percent(keep)} of the first derivations (it keeps ${percent(held.estimate)}, ` +
    `95 % interval ${percent(held.low)} to ${percent(held.high)}, ${by}); ${shared}`
}
