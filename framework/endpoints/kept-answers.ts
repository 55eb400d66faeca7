/**
 * What is answered, kept line by line as it comes: a kill loses what was in flight, a power cut the last second as well. Lines
 * stand in the order of their coming, so each says which item and sample it is of.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { GenerateOutput } from "../engines/Task.ts"

const decodeOutput = Schema.decodeUnknownOption(Schema.fromJsonString(GenerateOutput))
const syncEveryMilliseconds = 1000

export interface KeptAnswers {
  /** by `keyOf` */
  readonly known: ReadonlyMap<string, GenerateOutput>
  readonly add: (output: GenerateOutput) => void
  readonly close: () => void
}

export const keyOf = ({ item, sample }: { readonly item: string; readonly sample: number }): string => `${sample}\n${item}`

/** Opens the answers kept in `folder`; a torn last line and whatever is none of `asked` is dropped. */
export const openKeptAnswers = (folder: string, asked: ReadonlySet<string>, thoughtTokens: ReadonlyArray<number>): KeptAnswers => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, "outputs.partial.jsonl")
  const known = new Map<string, GenerateOutput>()
  const budgets = thoughtTokens.join()
  for (const line of existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : []) {
    const output = decodeOutput(line)
    if (output._tag === "None" || !asked.has(keyOf(output.value))) continue
    if (output.value.forced.map((answer) => answer.thoughtTokens).join() === budgets) known.set(keyOf(output.value), output.value)
  }
  writeFileSync(path, [...known.values()].map((output) => `${JSON.stringify(output)}\n`).join(""))
  const file = openSync(path, "a")
  let lastSync = performance.now()
  return {
    known,
    add: (output) => {
      known.set(keyOf(output), output)
      writeSync(file, `${JSON.stringify(output)}\n`)
      if (performance.now() - lastSync < syncEveryMilliseconds) return
      fsyncSync(file)
      lastSync = performance.now()
    },
    close: () => {
      fsyncSync(file)
      closeSync(file)
    }
  }
}
