/** What a plan says of its data, as lines for people: what was taken, what was left out and why. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { sentenceOf } from "../sources/reasons.ts"

type RecordedData = RecordedPlan["data"]

const column = (value: number | null, width: number): string => (value === null ? "" : String(value)).padStart(width)

/** A line a reason: how often for training, how often for validation, and a place to look at. */
const reasonLines = ({ train, validation }: NonNullable<RecordedData["tally"]>): ReadonlyArray<string> => {
  const counts = new Map((validation?.reasons ?? []).map(({ count, reason }) => [reason, count]))
  const names = new Set([...train.reasons.map(({ reason }) => reason), ...counts.keys()])
  const width = Math.max(20, ...[...names].map((name) => name.length + 2))
  const row = (name: string, inTrain: number, inValidation: number, rest: string) =>
    `  ${name.padEnd(width)}${column(inTrain, 9)}${validation === null ? "" : column(inValidation, 12)}   ${rest}`.trimEnd()
  return [
    `  ${"".padEnd(width)}${"train".padStart(9)}${validation === null ? "" : "validation".padStart(12)}`,
    row("read", train.read, validation?.read ?? 0, ""),
    row("used", train.used, validation?.used ?? 0, ""),
    ...[...names].map((name) => {
      const of = train.reasons.find(({ reason }) => reason === name) ?? validation?.reasons.find(({ reason }) => reason === name)
      const [example] = of?.examples ?? []
      return row(name, train.reasons.find(({ reason }) => reason === name)?.count ?? 0, counts.get(name) ?? 0,
        `${sentenceOf(name)}${example === undefined ? "" : `: ${example}`}${of?.detail === undefined ? "" : ` (${of.detail})`}`)
    })
  ]
}

const contaminationLines = (report: RecordedData["contamination"]): ReadonlyArray<string> => {
  if (report === undefined || report === null || report.count === 0) return []
  const examples = report.examples.map(({ evaluation, item, place, share }) => `    ${place} is ${Math.round(100 * share)} % of ${evaluation}'s ${item}`)
  const what = report.check === "drop" ? "not used" : "used all the same; `contamination: { check: drop }` leaves them out"
  return [`  warning: ${report.count} problems of the data are among the ${report.items} that the evaluations ask (${what}):`, ...examples]
}

/** Empty for a plan of an older version. A data set of which everything was used needs no table. */
export const dataLines = ({ advice, contamination, cut, format, tally, unfinished, ...data }: RecordedData): ReadonlyArray<string> => {
  const isTold = format !== undefined || (tally?.train.reasons.length ?? 0) > 0
  return [
    ...(format === undefined ? [] : [`data: ${data.source} as ${format.name} (${Math.round(100 * format.score)} % sure: ${format.because})`]),
    ...(!isTold || tally === undefined ? [] : reasonLines(tally)),
    ...((unfinished ?? 0) > 0 ? [`  ${unfinished} training thoughts never end: they have no closer and no answer`] : []),
    ...((cut ?? 0) > 0 ? [`  ${cut} training sequences are cut to \`maxTokens\``] : []),
    ...contaminationLines(contamination),
    ...(advice ?? [])
  ]
}

/** The same on one line: what could not be used, beside what was not needed. Null where everything was used. */
export const dataSummary = ({ format, source, tally }: RecordedData): string | null => {
  const left = tally?.train.reasons.filter(({ reason }) => reason !== "not-drawn" && reason !== "other-split") ?? []
  if (tally === undefined || (format === undefined && left.length === 0)) return null
  const used = `${tally.train.used} of ${tally.train.read} records of ${source} used for training`
  const validation = tally.validation === null ? "" : `, ${tally.validation.used} for validation`
  return `data: ${used}${validation}${left.length === 0 ? "" : `; left out: ${left.map(({ count, reason }) => `${count} ${reason}`).join(", ")}`}`
}
