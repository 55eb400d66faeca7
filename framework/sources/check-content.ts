/** Whether a file holds what its kind says, told before it is read. */
import { open, stat } from "node:fs/promises"
import { hasByteOrderMark } from "./json-lines.ts"
import type { RawFile, RawKind } from "./RawSource.ts"
import { firstBytes, isGzip, readBytes } from "./read-bytes.ts"
import { SourceError } from "./SourceError.ts"

const packed: ReadonlyArray<readonly [string, string]> = [
  ["28b52ffd", "a zstd file"], ["fd377a585a00", "an xz file"], ["425a68", "a bzip2 file"], ["504b0304", "a zip file"], ["4152524f5731", "an Arrow file"]
]

const words: Readonly<Record<RawKind, string>> = { jsonl: "JSON lines, an object in each", json: "a JSON array of objects", csv: "CSV", parquet: "Parquet" }

const mismatch = (file: RawFile, found: string, advice: string) =>
  new SourceError({ code: "kind-mismatch", place: file.name, expected: words[file.kind], found, advice })

const checkParquet = async (file: RawFile, first: Buffer): Promise<void> => {
  if (isGzip(first)) throw mismatch(file, "a gzip file", "Unpack it first: Parquet packs its columns itself.")
  if (first.length === 0) throw mismatch(file, "an empty file", "Fetch or write the file again.")
  if (first.subarray(0, 4).toString("latin1") !== "PAR1") throw mismatch(file, "a file that does not begin as Parquet does", "Check the file's kind.")
  const { size } = await stat(file.path)
  const handle = await open(file.path, "r")
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4))
    if (size >= 12 && buffer.toString("latin1") === "PAR1") return
  } finally {
    await handle.close()
  }
  throw new SourceError({ code: "parquet-broken", place: file.name, expected: "a whole Parquet file", found: `one that is cut after ${size} bytes`, advice: "Fetch the file again." })
}

/** First text of a file up to a megabyte, or to the first line's end if that comes later but within `most`. */
const openingText = async (file: RawFile, most = 1 << 23): Promise<Buffer> => {
  const parts: Array<Buffer> = []
  let held = 0
  for await (const piece of readBytes(file.path, file.name)) {
    parts.push(Buffer.from(piece))
    held += piece.length
    if (held > most || (held > 1 << 18 && piece.includes(10))) break
  }
  return Buffer.concat(parts)
}

const checkEncoding = (file: RawFile, text: Buffer): void => {
  const wrong = (found: string) => new SourceError({
    code: "wrong-encoding", place: `${file.name}:1`, expected: "text in UTF-8", found, advice: "Convert the file, for example by `iconv -f UTF-16 -t UTF-8`; if it is no text, name another one."
  })
  if ((text[0] === 0xff && text[1] === 0xfe) || (text[0] === 0xfe && text[1] === 0xff)) throw wrong("the mark of UTF-16 in the first two bytes")
  const head = text.subarray(0, 4096)
  const zeros = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  if (zeros * 4 > head.length) throw wrong(`${zeros} zero bytes among the first ${head.length}, as UTF-16 or a binary file has them`)
}

const isObject = (line: string): boolean => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === "object" && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** What the text looks like: an object a line, or an array. Null: nothing that can be told from its beginning. */
const looksLike = (text: Buffer): "jsonl" | "json" | null => {
  const from = hasByteOrderMark(text) ? 3 : 0
  const start = text.findIndex((byte, i) => i >= from && byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9)
  if (start === -1) return null
  if (text[start] !== 0x5b && text[start] !== 0x7b) return null
  const end = text.indexOf(10, start)
  const line = text.subarray(start, end === -1 ? text.length : end).toString("latin1").trim()
  const more = end !== -1 && text.subarray(end).toString("latin1").trimStart().startsWith("{")
  // an array alone on its line with an object after it is one bad record among lines
  if (line.startsWith("[")) return more && line.endsWith("]") ? "jsonl" : "json"
  if (line === "{") return "json"
  return isObject(line) && (end === -1 || more) ? "jsonl" : null
}

/**
 * The kind to read a file as: its own, or, where it was only guessed by the extension, JSON lines for JSON and the reverse.
 * @throws SourceError `kind-mismatch`, `wrong-encoding`, `parquet-broken`, and what reading may throw
 */
export const checkContent = async (file: RawFile, guessed: boolean): Promise<RawKind> => {
  const first = await firstBytes(file.path, 8)
  if (file.kind === "parquet") {
    await checkParquet(file, first)
    return "parquet"
  }
  if (first.subarray(0, 4).toString("latin1") === "PAR1") throw mismatch(file, "a Parquet file", "Write parquet: before its name.")
  const other = packed.find(([magic]) => first.toString("hex").startsWith(magic))
  if (other !== undefined) throw mismatch(file, other[1], "Unpack or convert it first; gzip is read as it is.")
  const text = await openingText(file)
  checkEncoding(file, text)
  const seen = looksLike(text)
  if (file.kind === "csv") {
    if (seen === "jsonl") throw mismatch(file, "JSON lines", "Write jsonl: before its name.")
    return "csv"
  }
  if (seen === null || seen === file.kind) return file.kind
  // a text of one line that is one object may be either
  if (file.kind === "json" && !text.includes(10)) return "json"
  if (guessed) return seen
  throw seen === "json"
    ? mismatch(file, "one JSON text over all lines", "Write json: before its name.")
    : mismatch(file, "an object in each line", "Write jsonl: before its name.")
}
