/** What is said of the data beside their numbers, for the page and its Markdown twin alike. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { Advice } from "./DataAdvice.ts"
import type { DataOutcome } from "./ExperimentOutcomes.ts"
import { percent, plural } from "./format.ts"

/** Of the training data: what was read, how it was taken, how much of it is used. */
export const dataSentence = ({ data }: RecordedPlan): string => {
  const { format, tally, unfinished, cut } = data
  const asWhat = format === undefined ? "" : `, taken for ${format.name} (${percent(format.score, 0)} sure: ${format.because})`
  const used = tally === undefined ? `${data.train} sequences` : `${tally.train.used} of ${plural(tally.train.read, "record")} that were read`
  const more = [
    ...((unfinished ?? 0) > 0 ? [`${unfinished} thoughts never end`] : []),
    ...((cut ?? 0) > 0 ? [`${cut} sequences are cut to data.maxTokens`] : [])
  ]
  return `${data.source}${asWhat}: ${used}, for training${data.validation === 0 ? "" : `; ${data.validation} for validation`}.${more.length === 0 ? "" : ` Of the training sequences, ${more.join(", ")}.`}`
}

/** Problems of the data that the evaluations ask, too. */
export const contaminationSentence = ({ data: { contamination } }: RecordedPlan): string | null =>
  contamination === undefined || contamination === null || contamination.count === 0
    ? null
    : `${plural(contamination.count, "problem")} of the training data ${contamination.count === 1 ? "is" : "are"} among the ${contamination.items} that the evaluations ask` +
      `${contamination.check === "drop" ? ", and left out" : ", and used all the same"}.`

export interface LeftOutRow {
  readonly reason: string
  readonly train: number
  readonly validation: number | null
  readonly example: string
}

/** Reasons for which records were not used. Where cells train on several data, those of the first cell's. */
export const leftOutRows = ({ data: { tally } }: RecordedPlan): ReadonlyArray<LeftOutRow> => {
  if (tally === undefined) return []
  const { train, validation } = tally
  const of = (side: typeof train | null, reason: string) => side?.reasons.find((one) => one.reason === reason)
  const names = [...new Set([...train.reasons, ...(validation?.reasons ?? [])].map(({ reason }) => reason))]
  return names.map((reason) => ({
    reason, train: of(train, reason)?.count ?? 0, validation: validation === null ? null : of(validation, reason)?.count ?? 0,
    example: (of(train, reason) ?? of(validation, reason))?.examples[0] ?? ""
  }))
}

/** Why there is no advice to show; null where there is. */
export const missingAdvice = ({ failure, kept }: DataOutcome): string | null =>
  kept !== null ? null
    : failure !== null ? `The adviser could not look at these data: ${failure}. No result rests on it; the next run tries again.`
    : "The adviser has not looked at these data yet, or what it said is not in the store any more."

/** The sentence that a ratio is advised with; of data without a derivation, that none is. */
export const advised = ({ recommendation }: Advice): string =>
  recommendation === null ? "No ratio is advised: no first derivation is known in these data." : `Advised before any training: ratio ${recommendation.ratio}.`

export const caveat = "Holding the derivation is no proof that it suffices; the scores above say what a prefix was enough for."

const inBrackets = (share: { readonly low: number; readonly high: number }): string => `(${percent(share.low).slice(0, -2)} to ${percent(share.high).slice(0, -2)})`

/** "93.2 % (91.0 to 95.0)" */
export const shareText = (share: { readonly estimate: number; readonly low: number; readonly high: number } | null): string =>
  share === null ? "-" : `${percent(share.estimate)} ${inBrackets(share)}`

/** A number of tokens: "1,234". */
export const countText = (value: number): string =>
  (Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value))).replace(/\B(?=(\d{3})+$)/gu, ",")

export const quantileKeys = ["0.05", "0.25", "0.5", "0.75", "0.95"] as const
export const quantileNames: Readonly<Record<(typeof quantileKeys)[number], string>> = { "0.05": "5 %", "0.25": "25 %", "0.5": "median", "0.75": "75 %", "0.95": "95 %" }

export interface TableText {
  readonly head: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/** How long the parts are. */
export const partsTable = ({ groups, lengths, unit }: Advice): TableText => ({
  head: [unit.name, "share", "mean", ...quantileKeys.map((key) => quantileNames[key])],
  rows: ([["prompt", lengths.prompt, groups[0]?.shares.prompt ?? 0], ["thought", lengths.cot, groups[0]?.shares.cot ?? 0],
    ["answer", lengths.answer, groups[0]?.shares.answer ?? 0], ["whole", lengths.whole, 1]] as const)
    .flatMap(([name, held, share]) => held === null ? [] : [[name, percent(share), countText(held.mean), ...quantileKeys.map((key) => countText(held.quantiles[key] ?? 0))]])
})

/** Where the first derivation lies. */
export const placesTable = ({ groups }: Advice): TableText => ({
  head: ["place in the", "samples", "found", ...quantileKeys.map((key) => quantileNames[key]), "in the first half"],
  rows: (groups[0]?.places ?? []).filter(({ over }) => over !== "filtered").map(({ firstHalf, found, known, over, place }) => [
    over, countText(known), shareText(found), ...quantileKeys.map((key) => place === null ? "-" : percent(place.quantiles[key] ?? 0)), shareText(firstHalf)
  ])
})

/** What a prefix of each ratio keeps. */
export const ratiosTable = ({ ratios, recommendation, unit }: Advice): TableText => {
  const matchers = Object.keys(ratios[0]?.holds ?? {}).filter((name) => ratios.some(({ holds }) => holds[name] !== null))
  return {
    head: ["ratio", ...matchers.map((name) => `derivation kept${matchers.length > 1 ? `, ${name}` : ""}`), "thought kept", "thought's end", "answer begins", "whole answer", `${unit.name} kept`],
    rows: ratios.map(({ answerBegins, answerWhole, holds, kept, ratio, thought, thoughtWhole }) => [
      `${ratio}${ratio === recommendation?.ratio ? " (advised)" : ""}`, ...matchers.map((name) => shareText(holds[name] ?? null)), percent(thought),
      shareText(thoughtWhole), shareText(answerBegins), shareText(answerWhole), percent(kept)
    ])
  }
}

/** One row for each of several data. */
export const dataTable = (data: ReadonlyArray<DataOutcome>): TableText => ({
  head: ["data", "sequences", "prompt", "thought", "answer", "length, median", "first derivation, median", "in the first half", "advised ratio"],
  rows: data.flatMap(({ kept, name }) => {
    if (kept === null) return []
    const { groups, lengths, recommendation, samples } = kept.advice
    const { places, shares } = groups[0]!
    const place = places.find(({ matcher, over }) => over === "sequence" && matcher === recommendation?.matcher)
    return [[
      name, countText(samples), percent(shares.prompt), percent(shares.cot), percent(shares.answer), countText(lengths.whole?.quantiles["0.5"] ?? 0),
      place === undefined || place.place === null ? "-" : percent(place.place.quantiles["0.5"] ?? 0), shareText(place?.firstHalf ?? null), recommendation?.ratio ?? "-"
    ]]
  })
})
