/** One record as one line: canonical JSON with a checksum, so that a torn or damaged line is known as such. */
import { createHash } from "node:crypto"
import { Exit, Schema } from "effect"
import { checkFormatOf } from "./format.ts"
import { Body, Record } from "./Record.ts"

const checksum = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12)

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(Record))
const decode = Schema.decodeUnknownExit(Schema.toCodecJson(Record))

/** The line of a record, with its newline. */
export const encodeLine = (record: Record): string => {
  const text = JSON.stringify(encode(record))
  return `${checksum(text)} ${text}\n`
}

/** A whole line of a kind that this version does not know: it is passed over, and still counted. */
export interface UnknownRecord {
  readonly unknownType: string
  readonly writer: string
  readonly sequence: number
}

const decodeUnknown = Schema.decodeUnknownExit(Schema.Struct({
  writer: Schema.String, sequence: Schema.Int, body: Schema.Struct({ type: Schema.String })
}))

const knownTypes: ReadonlySet<string> = new Set(
  Body.members.map(({ fields }) => (fields.type.ast as { readonly literal?: unknown }).literal).filter((type) => typeof type === "string"))

/**
 * The record of a line, or null where the line is torn or damaged.
 * @throws OtherFormat where it is whole, but of another format
 */
export const decodeLine = (line: string, where: string): Record | UnknownRecord | null => {
  const space = line.indexOf(" ")
  if (space < 0) return null
  const text = line.slice(space + 1)
  if (checksum(text) !== line.slice(0, space)) return null
  const value: unknown = JSON.parse(text)
  checkFormatOf(value, where)
  const exit = decode(value)
  if (Exit.isSuccess(exit)) return exit.value
  const other = decodeUnknown(value)
  return Exit.isSuccess(other) && !knownTypes.has(other.value.body.type)
    ? { unknownType: other.value.body.type, writer: other.value.writer, sequence: other.value.sequence }
    : null
}
