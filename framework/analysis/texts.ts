/** Outputs as text, read one by one: their file may be far larger than what a report shows of it. */
import { closeSync, existsSync, openSync, readSync } from "node:fs"
import { join } from "node:path"
import { Option, Schema } from "effect"
import { OutputText } from "../journal/RecordedPlan.ts"
import type { Store } from "../journal/store.ts"

/** Some outputs of a score step, by their place among its scores. What is not kept, or cannot be read, is absent. */
export type TextReader = (step: string, places: ReadonlySet<number>) => ReadonlyMap<number, OutputText>

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(OutputText))

const chunkBytes = 1 << 20

/** Calls `use` with each line that is wanted, and passes over the others without keeping them. */
const eachLine = (file: string, wanted: ReadonlySet<number>, use: (place: number, line: string) => void): void => {
  const descriptor = openSync(file, "r")
  const chunk = Buffer.allocUnsafe(chunkBytes)
  const last = Math.max(-1, ...wanted)
  try {
    let place = 0
    let parts: Array<Buffer> = []
    for (let read = readSync(descriptor, chunk); read > 0 && place <= last; read = readSync(descriptor, chunk)) {
      let from = 0
      for (let end = chunk.indexOf(10); end !== -1 && end < read; end = chunk.indexOf(10, from)) {
        if (wanted.has(place)) use(place, Buffer.concat([...parts, chunk.subarray(from, end)]).toString("utf8"))
        parts = []
        place += 1
        from = end + 1
      }
      if (wanted.has(place)) parts.push(Buffer.from(chunk.subarray(from, read)))
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Reads `texts.jsonl` of score steps. Steps that versions before 0.3 have made have none. */
export const textReader = (store: Store): TextReader => (step, places) => {
  const file = join(store.path(step), "texts.jsonl")
  const texts = new Map<number, OutputText>()
  if (places.size === 0 || !existsSync(file)) return texts
  eachLine(file, places, (place, line) => {
    const text = decode(line)
    if (Option.isSome(text)) texts.set(place, text.value)
  })
  return texts
}
