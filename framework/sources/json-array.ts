/** JSON: an array of objects, or an object with one array of objects. */
import { refused, tooLong } from "./bad-record.ts"
import { ElementCutter, type Element } from "./json-elements.ts"
import { parseRecord } from "./json-record.ts"
import type { RawFile, RawItem, RawReader } from "./RawSource.ts"
import { readBytes } from "./read-bytes.ts"

const itemOf = (element: Element, file: RawFile, reader: RawReader): RawItem => {
  // a file may be one line: then the element's number tells more
  const place = `${file.name}:${element.line}, element ${element.index}`
  if (element.bytes === null) return refused(place, tooLong(element.length), reader)
  const parsed = parseRecord(element.bytes, element.offset)
  return "record" in parsed ? { place, record: parsed.record } : refused(place, parsed.refusal, reader)
}

export async function* readJsonArray(file: RawFile, reader: RawReader): AsyncGenerator<RawItem> {
  const cutter = new ElementCutter(file.name)
  for await (const piece of readBytes(file.path, file.name, reader.signal)) {
    for (const element of cutter.push(piece)) yield itemOf(element, file, reader)
  }
  cutter.end()
}
