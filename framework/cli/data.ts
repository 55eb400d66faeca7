/** `leadspan data FILE|SPEC ...`: reads the data before any training and says what a prefix of it would keep. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { Effect, Option } from "effect"
import type { Advice } from "../advice/Advice.ts"
import { openMathematics } from "../advice/mathematics.ts"
import { type Matcher, matchers } from "../advice/Rows.ts"
import { splitSets } from "../advice/split-sets.ts"
import { summarise } from "../advice/summarise.ts"
import { survey } from "../advice/survey.ts"
import { adviceText, filesText } from "../advice/terminal-text.ts"
import { version } from "../setup/version.ts"
import { DataMisuse, openDataSets, scratchOf } from "./data-sets.ts"
import { openSession } from "./session.ts"
import { isTerminal, note, print } from "./terminal.ts"

interface Given {
  readonly inputs: ReadonlyArray<string>
  readonly json: boolean
  readonly html: Option.Option<string>
  readonly format: Option.Option<string>
  readonly tokenizer: Option.Option<string>
  readonly where: Option.Option<string>
  readonly limit: Option.Option<number>
  readonly maxTokens: Option.Option<number>
  readonly matcher: Option.Option<string>
  readonly keep: number
  readonly thoughtNeverEnds: "keep" | "drop"
}

const misuse = (message: string) => new DataMisuse({ message })

const matchersOf = (text: string): ReadonlyArray<Matcher> | null => {
  const names = text.split(",").map((name) => name.trim())
  const known = matchers.filter((name) => name !== "told")
  return names.length > 0 && names.every((name) => (known as ReadonlyArray<string>).includes(name)) ? [...new Set(names as Array<Matcher>)] : null
}

/** One line that is written over, where somebody looks. */
const progress = (): { readonly say: (read: number) => void; readonly clear: () => void } => {
  const isSeen = process.stderr.isTTY === true
  return {
    say: (read) => { if (isSeen) process.stderr.write(`\r${read} traces`) },
    clear: () => { if (isSeen) process.stderr.write("\r\u001b[K") }
  }
}

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

export const data = (given: Given) => Effect.scoped(Effect.gen(function*() {
  const wanted = Option.match(given.matcher, { onNone: () => ["strict", "loose", "equivalent"] as ReadonlyArray<Matcher>, onSome: matchersOf })
  if (wanted === null) return yield* misuse("--matcher: strict, loose, equivalent, or several of them joined by commas; the first is gone by")
  if (!(given.keep > 0 && given.keep < 1)) return yield* misuse("--keep: a share between 0 and 1, such as 0.9")
  const positive = (name: string, value: Option.Option<number>) => Option.isSome(value) && value.value < 1 ? [`--${name}: a whole number of 1 or more`] : []
  const [wrong] = [...positive("limit", given.limit), ...positive("max-tokens", given.maxTokens)]
  if (wrong !== undefined) return yield* misuse(wrong)

  const session = yield* openSession()
  const opened = yield* openDataSets({
    inputs: given.inputs, format: Option.getOrNull(given.format), tokenizer: Option.getOrNull(given.tokenizer), where: Option.getOrNull(given.where),
    limit: Option.getOrNull(given.limit), thoughtNeverEnds: given.thoughtNeverEnds
  }, { registry: session.registry, cacheFolder: scratchOf(session.project.cache) })
  const mathematics = wanted.includes("equivalent") ? yield* openMathematics() : null
  const bar = progress()
  const surveyed = yield* Effect.tryPromise({
    try: () => survey(opened.sets, {
      unit: opened.unit, matchers: wanted, mathematics, lengthsOf: opened.lengthsOf, limit: opened.limit, maxLength: opened.maxLength, onProgress: bar.say
    }),
    catch: (fault) => fault as Error
  }).pipe(Effect.ensuring(Effect.sync(bar.clear)))

  const summary = {
    maxTokens: Option.getOrNull(given.maxTokens), keep: given.keep, matchers: wanted,
    sequence: opened.lengthsOf === null ? "texts" as const : "template" as const
  }
  const together = summarise(surveyed, summary)
  const files: ReadonlyArray<Advice> = opened.sets.length === 1 ? [together] : splitSets(surveyed).map((one) => summarise(one, summary))
  if (Option.isSome(given.html)) {
    const { advicePage } = yield* Effect.promise(() => import("../advice/page.ts"))
    const page = yield* Effect.promise(() => advicePage(together, version))
    yield* Effect.try({ try: () => write(Option.getOrThrow(given.html), page), catch: (fault) => misuse(`--html: ${(fault as Error).message}`) })
    note(`wrote ${given.html.value}`)
  }
  if (given.json) {
    print(JSON.stringify(files.length === 1 ? together : { format: 1, together, files }, null, 2))
    return
  }
  const style = { colour: isTerminal() && process.env["NO_COLOR"] === undefined }
  print(files.length === 1 ? adviceText(together, style) : filesText(files, style))
}))
