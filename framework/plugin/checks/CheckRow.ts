/** One line of a plugin's check: what was compared, what was expected, what came. */
export interface CheckRow {
  readonly check: string
  /** which example or probe */
  readonly example: string
  readonly expected: string
  readonly found: string
  /** largest difference of numbers, or null where texts or shapes are compared */
  readonly difference: number | null
  readonly ok: boolean
}

const short = (value: unknown): string => {
  const text = (typeof value === "string" ? value : JSON.stringify(value) ?? String(value)).replaceAll("\n", "\\n")
  return text.length > 48 ? `${text.slice(0, 45)}...` : text
}

const numbers = (values: ReadonlyArray<number>): string =>
  short(values.slice(0, 4).map((value) => Number(value.toPrecision(7))).join(" ") + (values.length > 4 ? " ..." : ""))

/** Holds where every |expected - found| is at most `tolerance` times max(1, |expected|); what is not finite never does. */
export const near = (
  check: string, example: string, expected: ReadonlyArray<number>, found: ReadonlyArray<number>, tolerance: number
): CheckRow => {
  const differences = expected.map((value, index) => Math.abs(value - (found[index] ?? NaN)) / Math.max(1, Math.abs(value)))
  const difference = differences.reduce((worst, value) => Number.isNaN(value) || value > worst ? value : worst, 0)
  return {
    check, example, expected: numbers(expected), found: numbers(found), difference,
    ok: expected.length === found.length && found.every(Number.isFinite) && difference <= tolerance
  }
}

export const same = (check: string, example: string, expected: unknown, found: unknown): CheckRow => ({
  check, example, expected: short(expected), found: short(found), difference: null, ok: JSON.stringify(expected) === JSON.stringify(found)
})

export const holds = (check: string, example: string, expected: string, found: unknown, ok: boolean): CheckRow =>
  ({ check, example, expected, found: short(found), difference: null, ok })
