/** A share of samples with its interval; samples of one problem count as one draw. */
import { scoreInterval } from "../statistics/score-interval.ts"

export interface Share {
  /** samples that it is a share of */
  readonly of: number
  /** problems among them */
  readonly problems: number
  readonly estimate: number
  /** 95 % interval */
  readonly low: number
  readonly high: number
}

/** Problems by number, in order of first appearance. */
const numbered = (problems_N: Float64Array) => {
  const numberOf = new Map<number, number>()
  const clusters_n = new Int32Array(problems_N.length)
  for (let n = 0; n < problems_N.length; n++) {
    const problem = problems_N[n]!
    let number = numberOf.get(problem)
    if (number === undefined) numberOf.set(problem, number = numberOf.size)
    clusters_n[n] = number
  }
  return { clusters_n, numClusters: numberOf.size }
}

/**
 * Wilson's interval; where problems repeat, at the effective number of samples.
 * @param hits_N 1 for a sample that counts, else 0, [N]   @param problems_N a number for each problem, [N]
 * @returns null of no samples
 */
export const shareOf = (hits_N: Float64Array, problems_N: Float64Array): Share | null => {
  if (hits_N.length === 0) return null
  const clusters = numbered(problems_N)
  const { estimate, high, low } = scoreInterval({
    numItems: hits_N.length, numSeeds: 1, values_nS: hits_N, ...clusters
  })
  return { of: hits_N.length, problems: clusters.numClusters, estimate, low, high }
}
