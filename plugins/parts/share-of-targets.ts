/** Keeps a share of a row's supervised tokens by a number that each has: what selectors by measure and by chance share. */
import { keptLength, Schema, withDefault } from "leadspan"
import { Share } from "./share.ts"

/** Options of selectors by measure. */
export const measureOptions = Schema.Struct({
  share: withDefault(Share, 0.5),
  keep: withDefault(Schema.Literals(["highest", "lowest"]), "highest")
})

/** Supervised tokens of a row, in order. The first token of a sequence is predicted from nothing and never one. */
export const targetsOf = (supervised_T: Uint8Array): ReadonlyArray<number> =>
  Array.from(supervised_T.keys()).filter((t) => t > 0 && supervised_T[t] === 1)

/** max(1, floor(share * targets)), exactly; 0 of none. */
export const shareOf = (targets: number, share: number): number => targets === 0 ? 0 : keptLength(targets, String(share))

/** Weight 1 for the `count` targets with the lowest numbers, 0 for all else, [T]. Of equal numbers the earlier token is taken. */
export const lowest = (targets: ReadonlyArray<number>, numberOf: (t: number) => number, count: number, length: number): Float32Array => {
  const weights_T = new Float32Array(length)
  const ranked = targets.map((t) => ({ t, number: numberOf(t) })).sort((a, b) => a.number - b.number || a.t - b.t)
  for (const { t } of ranked.slice(0, count)) weights_T[t] = 1
  return weights_T
}

/** Weights by a measure [T]: the share of a row's targets where it is highest or lowest. */
export const byMeasure = (
  measure_T: Float32Array, supervised_T: Uint8Array, { keep, share }: typeof measureOptions.Type
): Float32Array => {
  const targets = targetsOf(supervised_T)
  const sign = keep === "lowest" ? 1 : -1
  return lowest(targets, (t) => sign * measure_T[t]!, shareOf(targets.length, share), supervised_T.length)
}
