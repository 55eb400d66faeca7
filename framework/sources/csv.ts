/** CSV with a header, parted by comma, semicolon, tab or bar. Every value is text: what it means is a format's matter. */
import { isUtf8 } from "node:buffer"
import { refused, tooLong } from "./bad-record.ts"
import { delimiterOf, fieldsOf, RowCutter, type Row } from "./csv-rows.ts"
import { hasByteOrderMark } from "./json-lines.ts"
import { wrongEncoding } from "./json-record.ts"
import type { RawFile, RawItem, RawReader } from "./RawSource.ts"
import { readBytes } from "./read-bytes.ts"
import { quoted, SourceError } from "./SourceError.ts"

const mostColumns = 10_000

const textOf = (bytes: Buffer): string => {
  const text = bytes.toString("utf8")
  return text.endsWith("\r") ? text.slice(0, -1) : text
}

/** Where a quote never closes, the rest of the file is one row. */
const linesWithin = (bytes: Buffer): string => {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) if (at < bytes.length - 1) count++
  return count === 0 ? "" : `, so that the ${count} lines behind it are lost in it`
}

const headerOf = (row: Row, delimiter: string, file: RawFile): ReadonlyArray<string> => {
  const broken = (found: string) => new SourceError({
    code: "csv-broken", place: `${file.name}:${row.line}`, expected: "a header that names the columns", found, advice: "Put the columns' names in the first row."
  })
  if (row.bytes === null) throw broken(`a first row of ${row.length} bytes`)
  if (!isUtf8(row.bytes)) throw broken(wrongEncoding(row.bytes, row.offset).detail!)
  const fields = fieldsOf(textOf(row.bytes), delimiter)
  if (typeof fields === "string") throw broken(fields)
  if (fields.length > mostColumns) throw broken(`${fields.length} columns`)
  const names = fields.map((field, i) => field.trim() === "" ? `column${i + 1}` : field.trim())
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw broken(`two columns called ${quoted(twice)}`)
  return names
}

export async function* readCsv(file: RawFile, reader: RawReader): AsyncGenerator<RawItem> {
  let cutter: RowCutter | null = null
  let delimiter = ","
  let header: ReadonlyArray<string> | null = null
  const itemOf = (row: Row): RawItem | null => {
    if (row.bytes?.length === 0 || (row.bytes?.length === 1 && row.bytes[0] === 0x0d)) return null
    if (header === null) {
      header = headerOf(row, delimiter, file)
      return null
    }
    const place = `${file.name}:${row.line}`
    if (row.bytes === null) return refused(place, tooLong(row.length), reader)
    if (!isUtf8(row.bytes)) return refused(place, wrongEncoding(row.bytes, row.offset), reader)
    const fields = fieldsOf(textOf(row.bytes), delimiter)
    if (typeof fields === "string") return refused(place, { reason: "broken-csv", detail: `${fields}${row.open ? linesWithin(row.bytes) : ""}` }, reader)
    if (fields.length !== header.length) {
      return refused(place, { reason: "broken-csv", detail: `${fields.length} fields under ${header.length} columns` }, reader)
    }
    const record: Record<string, string> = {}
    for (let i = 0; i < fields.length; i++) if (header[i] !== "__proto__") record[header[i]!] = fields[i]!
    return { place, record }
  }
  for await (const bytes of readBytes(file.path, file.name, reader.signal)) {
    const piece = cutter === null && hasByteOrderMark(bytes) ? bytes.subarray(3) : bytes
    if (cutter === null) {
      const byte = delimiterOf(piece)
      delimiter = String.fromCharCode(byte)
      cutter = new RowCutter(byte)
    }
    for (const row of cutter.push(piece)) {
      const item = itemOf(row)
      if (item !== null) yield item
    }
  }
  for (const row of cutter?.end() ?? []) {
    const item = itemOf(row)
    if (item !== null) yield item
  }
}
