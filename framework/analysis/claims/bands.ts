/** Bands that hold for a whole curve at once, beside the intervals that hold for one point each. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import { defaultLevel, type Interval } from "../../statistics/Interval.ts"
import type { Curve } from "../curves.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { retentionOn } from "../retention.ts"

export interface BandPoint extends Interval {
  readonly cell: number
  readonly ratio: number
}

export interface Band {
  /** the curve's */
  readonly key: string
  /** probability that the curve lies within the band at all of its measured points */
  readonly level: number
  readonly points: ReadonlyArray<BandPoint>
}

/**
 * Simultaneous bands by Bonferroni: with m measured points, each has its retention interval at the level 1 - 0.05/m. Holds
 * whatever hangs on what (points of a curve share their baseline and their items), with each point's own degrees of freedom. A
 * max-t band would use that dependence and gain little: at 5 points that correlate by 0.5, Dunnett's table has 2.51 standard
 * errors where Bonferroni has 2.58; and with 3 seeds the correlation is not known. The baseline's own point is 1 by definition
 * and takes no part.
 * @source O. J. Dunn, "Multiple comparisons among means", JASA 56 (1961)
 */
export const bands = (plan: RecordedPlan, outcomes: ExperimentOutcomes, curves: ReadonlyArray<Curve>): ReadonlyArray<Band> =>
  curves.flatMap((curve) => {
    const measured = curve.points.filter((point) => point.low !== null && point.high !== null && !(point.low === 1 && point.high === 1))
    if (measured.length === 0) return []
    const level = 1 - (1 - defaultLevel) / measured.length
    const points = measured.flatMap(({ cell, ratio }): ReadonlyArray<BandPoint> => {
      const planned = plan.cells.find(({ index }) => index === cell)
      if (planned === undefined) return []
      const question = { evaluations: [curve.evaluation], rule: plan.primaryRule, tier: null }
      const retention = retentionOn(plan, outcomes, planned, curve.against, question, level)
      return retention.kind === "measured" ? [{ cell, ratio, ...bounds(retention.interval) }] : []
    })
    return [{ key: curve.key, level: defaultLevel, points }]
  })

const bounds = ({ estimate, high, low }: Interval): Interval => ({ estimate, low, high })
