/** Numbers and names as people read them, for the terminal and the page alike. */
import type { Advice, Place } from "./Advice.ts"
import { notHeldReasons } from "./not-held.ts"

/** 0.1234 -> "12 %"; what is neither none nor all never reads so */
export const percent = (share: number): string =>
  share > 0 && share < 0.005 ? "<1 %" : share < 1 && share >= 0.995 ? ">99 %" : `${Math.round(100 * share)} %`

/** "38 % (33 to 44)" */
export const withInterval = (share: { readonly estimate: number; readonly low: number; readonly high: number } | null): string =>
  share === null ? "-" : `${percent(share.estimate)} (${ends(share)})`

/** "33 to 44" */
export const ends = (share: { readonly low: number; readonly high: number } | null): string =>
  share === null ? "-" : [share.low, share.high].map((end) => percent(end).slice(0, -2)).join(" to ")

/** 12345.6 -> "12,346"; below 10 with one decimal, unless whole */
export const count = (value: number): string =>
  (Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value))).replace(/\B(?=(\d{3})+$)/gu, ",")

export const matcherNames: Readonly<Record<Place["matcher"], string>> = {
  told: "told", strict: "strict", loose: "loose", equivalent: "equivalent"
}

export const denominatorNames = (advice: Advice): Readonly<Record<Place["over"], string>> => ({
  thought: "thought", sequence: "sequence", filtered: `sequence ≤ ${count(advice.maxTokens ?? 0)}`
})

/** "thought-never-ends 12 (t.jsonl:7), over-length 3" */
export const reasonsText = ({ leftOut, leftOutAt = {} }: Pick<Advice["sets"][number], "leftOut" | "leftOutAt">): string =>
  notHeldReasons(leftOut).map(([reason, number]) => `${reason} ${count(number)}${leftOutAt[reason] === undefined ? "" : ` (${leftOutAt[reason]})`}`).join(", ")

/** What was looked for in the thoughts. */
export const lookedText = ({ sets }: Advice): string => {
  const sum = (key: "reference" | "answer" | "told" | "nothing" | "prepared") => sets.reduce((total, { looked }) => total + (looked[key] ?? 0), 0)
  const parts = [
    sum("reference") > 0 ? `the reference answer (${count(sum("reference"))} samples)` : "",
    sum("answer") > 0 ? `the answer's own value, for want of a reference (${count(sum("answer"))} samples)` : "",
    sum("prepared") > 0 ? `the answer, when the data were prepared (${count(sum("prepared"))} samples)` : "",
    sum("told") > 0 ? `nothing, where the data tell the place themselves (${count(sum("told"))} samples)` : "",
    sum("nothing") > 0 ? `nothing, for want of a value (${count(sum("nothing"))} samples)` : ""
  ].filter((part) => part !== "")
  return parts.join("; ")
}
