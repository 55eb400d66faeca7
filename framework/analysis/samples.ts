/** Several samples an item: what one of k would have got right. The mean of all n is the score itself, avg@n. */
import type { ScoreLine } from "../journal/RecordedPlan.ts"
import { passAtK } from "../statistics/pass-at-k.ts"
import { type ScoreInterval, scoreInterval } from "../statistics/score-interval.ts"
import { itemTable, type Verdict } from "./item-tables.ts"

export interface PassAt {
  readonly k: number
  /** mean over items and seeds of the chance that one of k samples is right */
  readonly score: ScoreInterval | null
}

/** Samples of each item: null where items or seeds have not equally many. */
export const samplesOf = (bySeed: ReadonlyMap<number, ReadonlyArray<ScoreLine>>): number | null => {
  const counts = new Set<number>()
  for (const lines of bySeed.values()) {
    const ofItem = new Map<string, number>()
    for (const { item } of lines) ofItem.set(item, (ofItem.get(item) ?? 0) + 1)
    for (const count of ofItem.values()) counts.add(count)
  }
  const [only] = counts
  return counts.size === 1 ? only! : null
}

/**
 * k for which n samples give a good estimate: 1, 2, 4 and so on, up to half of them.
 * ```ts
 * passCounts(9) // => [1, 2, 4]
 * passCounts(1) // => []
 * ```
 */
export const passCounts = (samples: number): ReadonlyArray<number> => {
  const counts: Array<number> = []
  for (let k = 1; 2 * k <= samples; k *= 2) counts.push(k)
  return counts
}

/** pass@k of the students of one cell; empty where they have one sample an item, or not equally many. */
export const passesOf = (bySeed: ReadonlyMap<number, ReadonlyArray<ScoreLine>>, verdict: Verdict): ReadonlyArray<PassAt> => {
  const samples = samplesOf(bySeed)
  const table = samples === null ? null : itemTable(bySeed, verdict)
  if (samples === null || table === null) return []
  return passCounts(samples).map((k) => {
    const values_nS = table.values_nS.map((share) => {
      const pass = passAtK(samples, Math.round(share * samples), k)
      return pass.kind === "estimated" ? pass.value : Number.NaN
    })
    return { k, score: scoreInterval({ ...table, values_nS }) }
  })
}
