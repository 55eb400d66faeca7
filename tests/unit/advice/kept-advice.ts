/** What the adviser keeps of 40 traces, as a step leaves it in a folder: for tests of those who read it. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { keptFiles } from "../../../framework/advice/kept-files.ts"
import { pieces } from "../../../framework/advice/LengthUnit.ts"
import { summarise } from "../../../framework/advice/summarise.ts"
import { survey } from "../../../framework/advice/survey.ts"
import { setOf, trace } from "./traces.ts"

export const putAdvice = async (folder: string, name: string): Promise<void> => {
  const traces = Array.from({ length: 40 }, (_, n) => trace(`t${n}`, { cot: 60 + n, derivedAt: 10 + n })).map((one) => ({ ...one, cot: `Wait, ${one.cot}` }))
  const surveyed = await survey([setOf(name, traces, { "over-length": 3 })], { unit: pieces, matchers: ["strict"], mathematics: null, lengthsOf: null, limit: null, maxLength: null })
  for (const { name: file, text } of await keptFiles(summarise(surveyed, { maxTokens: null, keep: 0.9, matchers: ["strict"], sequence: "texts" }))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
}
