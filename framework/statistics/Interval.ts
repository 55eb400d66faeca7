/** A number with the interval that goes with it. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** Two-sided level of every interval unless another is asked for. */
export const defaultLevel = 0.95

/** Upper tail point that belongs to a two-sided level: 0.95 gives 0.975. */
export const upperPoint = (level: number): number => (1 + level) / 2
