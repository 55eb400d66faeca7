/** One record as one line: canonical JSON with a checksum, so that a torn or damaged line is known as such. */
import { createHash } from "node:crypto"
import { Exit, Schema } from "effect"
import { checkFormatOf } from "./format.ts"
import { Record } from "./Record.ts"

const checksum = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12)

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(Record))
const decode = Schema.decodeUnknownExit(Schema.toCodecJson(Record))

/** The line of a record, with its newline. */
export const encodeLine = (record: Record): string => {
  const text = JSON.stringify(encode(record))
  return `${checksum(text)} ${text}\n`
}

/**
 * The record of a line, or null where the line is torn or damaged.
 * @throws OtherFormat where it is whole, but of another format
 */
export const decodeLine = (line: string, where: string): Record | null => {
  const space = line.indexOf(" ")
  if (space < 0) return null
  const text = line.slice(space + 1)
  if (checksum(text) !== line.slice(0, space)) return null
  const value: unknown = JSON.parse(text)
  checkFormatOf(value, where)
  const exit = decode(value)
  return Exit.isSuccess(exit) ? exit.value : null
}
