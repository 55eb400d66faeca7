/** The checks find what is wrong: each plugin here has one fault. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { checkPlugin } from "../../../framework/plugin/check-plugin.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const folder = temporaryFolder()

/** `[check, found]` of the rows that do not hold. */
const failing = (name: string, body: string) => Effect.gen(function*() {
  const file = join(folder, `${name}.ts`)
  mkdirSync(dirname(file), { recursive: true })
  const define = /define\w+/.exec(body)![0]
  writeFileSync(file, `import { ${define}, Schema } from "leadspan"\nexport default ${body.replace("{", `{ name: "${name}", options: Schema.Struct({}),`)}\n`)
  const report = yield* checkPlugin(file, { cacheFolder: join(folder, "cache"), tensorflow })
  return report.rows.filter(({ ok }) => !ok).map(({ check, found }) => `${check}: ${found}`)
})

const cases: ReadonlyArray<readonly [name: string, body: string, found: ReadonlyArray<string | RegExp>]> = [
  ["outside", `defineTruncation({ span: ({ tokens_T }) => [0, tokens_T.length + 1], examples: [{ length: 2, ratio: "1", span: [0, 3] }] })`,
    [/^spans in order, inside, always the same: \[0, 2\) of 1 tokens, /]],
  ["overlapping", `defineTruncation({ span: () => ({ spans: [[0, 1], [1, 2]] }), examples: [{ length: 3, ratio: "1", kept: { spans: [[0, 1], [1, 2]] } }] })`,
    [/^spans in order, inside, always the same: \[1, 2\) /]],
  ["masked-elsewhere", `defineTruncation({ span: () => ({ spans: [[0, 1]], masked: [[0, 2]] }), examples: [{ length: 3, ratio: "1", kept: { spans: [[0, 1]], masked: [[0, 2]] } }] })`,
    [/^spans in order/]],
  ["secretly-random", `defineTruncation({ span: ({ tokens_T }, _ratio, _options, { random }) => [0, 1 + Math.floor(random("x")() * tokens_T.length)], examples: [{ length: 4, ratio: "1", span: [0, 3] }] })`,
    [/^spans in order, inside, always the same: random numbers are used, but isRan/]],
  ["bad-example", `defineTruncation({ span: () => [0, 1], examples: [{ segments: "TPA", ratio: "1", span: [0, 1] }] })`,
    [/^runs: segments "TPA", expected letters in this order: /]],
  ["wrong-weights", `defineSelector({ weights: (_s, supervised_T) => Float32Array.from(supervised_T), examples: [{ segments: "PTT", supervised: ["cot"], weights: [0, 1, 2] }] })`,
    ["weights: 0 1 1"]],
  ["negative-weights", `defineSelector({ weights: (_s, supervised_T) => Float32Array.from(supervised_T, (is) => -is), examples: [{ segments: "P", supervised: ["cot"], weights: [0] }] })`,
    [/^a finite weight of 0 or more a token, always the same: a weight below 0 or not finite/]],
  ["other-twice", `defineSelector({ weights: (_s, supervised_T) => Float32Array.from(supervised_T, (_, t) => t === 0 ? 0 : globalThis.calls = (globalThis.calls ?? 0) + 1), examples: [{ segments: "P", supervised: ["cot"], weights: [0] }] })`,
    [/^a finite weight of 0 or more a token, always the same: other weights the second time/]],
  ["throwing-format", `defineFormat({ version: 1, describes: "", recognise: (sample) => ({ score: sample.some((record) => "text" in record) ? 1 : 0, because: "" }), traces: ({ text }) => [{ prompt: "p", cot: text.trim(), answer: "a", closed: true, gold: null, correct: null }], examples: [{ record: { text: "x" }, traces: [{ cot: "x" }] }] })`,
    [/^runs: .*throwing-format\.ts:2:\d+ Cannot read properties of undefined/]],
  ["silent-format", `defineFormat({ version: 1, describes: "", recognise: (sample) => ({ score: sample.some((record) => "text" in record) ? 1 : 0, because: "" }), traces: ({ text }) => typeof text === "string" ? [{ prompt: "p", cot: text, answer: "a", closed: true, gold: null, correct: null }] : [], examples: [{ record: { text: "x" }, traces: [{ cot: "x" }] }] })`,
    [/^other records: neither a trace nor a refusal for {}/, "a record without fields: refused"]],
  ["eager-format", `defineFormat({ version: 1, describes: "", recognise: () => ({ score: 0.5, because: "" }), traces: () => [{ reason: "No fields" }], examples: [{ record: { text: "x" }, traces: [{ reason: "No fields" }] }] })`,
    [/^fields: reason "No fields", expected a name in kebab-/, /^other records: /, "score of a record without fields: 0.5", "score of no records: 0.5"]],
  ["renaming", `defineTransform({ version: 1, transform: (trace) => ({ ...trace, id: "other" }), examples: [{ trace: { cot: "x" }, becomes: { cot: "x" } }] })`,
    [/^still a trace, always the same: the id became "other"/]],
  ["changing-in-place", `defineTransform({ version: 1, transform: (trace) => { trace.cot += "!"; return trace }, examples: [{ trace: { cot: "x" }, becomes: { cot: "x!" } }] })`,
    [/^runs: .*Cannot assign to read only property/]],
  ["misplaced-derivation", `defineTransform({ version: 1, transform: (trace) => ({ ...trace, cot: "" }), examples: [{ trace: { cot: "x" }, becomes: { cot: "" } }] })`,
    [/^still a trace, always the same: derivedAt is \d+, expected null or 1 to 0/]]
]

describe("plugin test", () => {
  for (const [name, body, expected] of cases) {
    it.live(name, () => Effect.gen(function*() {
      const found = yield* failing(name, body)
      assert.strictEqual(found.length, expected.length, found.join("\n"))
      expected.forEach((text, n) => typeof text === "string" ? assert.strictEqual(found[n], text) : assert.match(found[n]!, text))
    }))
  }
})
