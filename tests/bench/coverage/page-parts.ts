import type { RetentionCorner } from "./retention.ts"

/** A share of draws in per cent with one digit. */
export const inPercent = (share: number): string => (100 * share).toFixed(1)

export const widthText = (width: number): string => (width >= 10 ? width.toFixed(0) : width.toPrecision(3))

/** Coverage in per cent and mean width. */
export const retentionCell = ({ covered, width }: RetentionCorner): string => `${inPercent(covered)} · ${widthText(width)}`

export const verdictCell = ({ refuted, supported }: RetentionCorner): string => `${inPercent(supported)} · ${inPercent(refuted)}`

export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  // numbers to the right
  [head, head.map((_, column) => (rows.every((row) => /^[\d.]/u.test(row[column]!) && !/[a-z]{3}/u.test(row[column]!)) ? "--:" : ":--")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

/** Least and greatest of shares, in per cent: "94.1-95.6". */
export const range = (shares: ReadonlyArray<number>): string => `${inPercent(Math.min(...shares))}-${inPercent(Math.max(...shares))}`
