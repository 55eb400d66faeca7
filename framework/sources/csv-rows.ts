/** Cuts CSV into rows without holding it. A row may span lines, inside quotes. */
import { longestLineBytes } from "./lines.ts"

export interface Row {
  /** line on which it begins, counted from 1 */
  readonly line: number
  readonly offset: number
  readonly length: number
  /** null: too long */
  readonly bytes: Buffer | null
  /** a quote opens in it and never closes */
  readonly open: boolean
}

const [quote, newline] = [0x22, 0x0a]

/** The delimiter of a header: of comma, semicolon, tab and bar the one that stands there most, outside quotes. */
export const delimiterOf = (header: Buffer): number => {
  const counts = new Map<number, number>([[0x2c, 0], [0x3b, 0], [0x09, 0], [0x7c, 0]])
  let inQuotes = false
  for (const byte of header) {
    if (byte === newline && !inQuotes) break
    if (byte === quote) inQuotes = !inQuotes
    else if (!inQuotes && counts.has(byte)) counts.set(byte, counts.get(byte)! + 1)
  }
  return [...counts].reduce((best, next) => next[1] > best[1] ? next : best)[0]
}

/** Rows as pieces come, a batch for each. */
export class RowCutter {
  readonly #delimiter: number
  readonly #longest: number
  #state: "start" | "plain" | "quoted" | "quote" = "start"
  #line = 1
  #startLine = 1
  #offset = 0
  #startOffset = 0
  #parts: Array<Buffer> = []
  #held = 0

  constructor(delimiter: number, longest = longestLineBytes) {
    this.#delimiter = delimiter
    this.#longest = longest
  }

  #finish(last: Buffer): Row {
    const length = this.#held + last.length
    const row = {
      line: this.#startLine, offset: this.#startOffset, length, open: this.#state === "quoted",
      bytes: length > this.#longest ? null : this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last], length)
    }
    this.#parts = []
    this.#held = 0
    this.#state = "start"
    return row
  }

  push(piece: Buffer): ReadonlyArray<Row> {
    const rows: Array<Row> = []
    let from = 0
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]!
      if (byte === newline) this.#line++
      if (this.#state === "quoted") {
        if (byte === quote) this.#state = "quote"
      } else if (byte === newline) {
        rows.push(this.#finish(piece.subarray(from, at)))
        from = at + 1
        this.#startLine = this.#line
        this.#startOffset = this.#offset + at + 1
      } else if (byte === quote && this.#state !== "plain") this.#state = "quoted"
      else if (byte === this.#delimiter) this.#state = "start"
      else this.#state = "plain"
    }
    if (from < piece.length) {
      this.#held += piece.length - from
      if (this.#held > this.#longest) this.#parts = []
      else this.#parts.push(Buffer.from(piece.subarray(from)))
    }
    this.#offset += piece.length
    return rows
  }

  end(): ReadonlyArray<Row> {
    return this.#held > 0 ? [this.#finish(Buffer.alloc(0))] : []
  }
}

/** Fields of a row's text, or what is wrong with it. */
export const fieldsOf = (row: string, delimiter: string): ReadonlyArray<string> | string => {
  const fields: Array<string> = []
  let at = 0
  for (;;) {
    if (row[at] === "\"") {
      let field = ""
      for (let from = at + 1;;) {
        const end = row.indexOf("\"", from)
        if (end === -1) return "a quote that opens in this row and never closes"
        field += row.slice(from, end)
        at = end + 1
        if (row[at] !== "\"") break
        field += "\""
        from = at + 1
      }
      if (at < row.length && row[at] !== delimiter) return `text after the closing quote of field ${fields.length + 1}`
      fields.push(field)
    } else {
      const end = row.indexOf(delimiter, at)
      fields.push(row.slice(at, end === -1 ? row.length : end))
      at = end === -1 ? row.length : end
    }
    if (at >= row.length) return fields
    at++
    if (at === row.length) return [...fields, ""]
  }
}
