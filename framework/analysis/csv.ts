/** Rows as CSV (RFC 4180), first line the columns. Null and undefined are empty; numbers in full precision. */
export type CsvValue = string | number | boolean | null | undefined

export const csv = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<CsvValue>>): string =>
  [columns, ...rows].map((row) => row.map(field).join(",")).join("\n") + "\n"

const field = (value: CsvValue): string => {
  if (value === null || value === undefined) return ""
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
