/** JSON lines: one object a line. Blank lines are no records. */
import { refused, tooLong } from "./bad-record.ts"
import { parseRecord } from "./json-record.ts"
import { linesOf } from "./lines.ts"
import type { RawFile, RawItem, RawReader } from "./RawSource.ts"
import { readBytes } from "./read-bytes.ts"

const isBlank = (bytes: Buffer): boolean => {
  for (const byte of bytes) if (byte !== 32 && byte !== 13 && byte !== 9) return false
  return true
}

/** The mark that some editors put before UTF-8. */
export const hasByteOrderMark = (bytes: Buffer): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

export async function* readJsonLines(file: RawFile, reader: RawReader): AsyncGenerator<RawItem> {
  for await (const lines of linesOf(readBytes(file.path, file.name, reader.signal))) {
    for (const { number, offset, length, bytes } of lines) {
      const place = `${file.name}:${number}`
      if (bytes === null) {
        yield refused(place, tooLong(length), reader)
        continue
      }
      const marked = number === 1 && hasByteOrderMark(bytes) ? 3 : 0
      const line = marked === 0 ? bytes : bytes.subarray(marked)
      if (isBlank(line)) continue
      const parsed = parseRecord(line, offset + marked)
      yield "record" in parsed ? { place, record: parsed.record } : refused(place, parsed.refusal, reader)
    }
  }
}
