/** Whatever the text, the answer is a spec with its cells or located problems: never a crash. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { resolveGrid } from "../../../framework/plan/grid/expand-grid.ts"
import { loadText, minimal } from "./files.ts"

const original = `${minimal}x-list: &list [0.1, 0.5, 1.0]
teacher: { model: tiny/teacher }
loss: { distil: forward-kl, options: { beta: 0.5 } }
description: "\${experiment} $\${x} \${env-public:NAME}"
evaluate: [{ benchmark: arithmetic, items: 10, thoughtTokens: [5, 6] }]
grid:
  - product:
      sequence.truncate.ratio: *list
      sequence.supervise: [[cot], [prompt, cot]]
    exclude: [{ sequence.truncate.ratio: { lt: 0.2, not: 0.15 } }]
  - zip: { train.steps: [10, 20], data.seed: [0, 1] }
    when: { data.seed: { train.steps: 20 } }
    role: control
baseline: { matched: { sequence.truncate.ratio: 1.0 } }
claims: { half: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 } } }
tracking: { uri: "\${env:SECRET}" }
`
const pieces = [
  "",
  " ",
  "\n",
  "  ",
  ":",
  ": ",
  "- ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&a ",
  "*list",
  "*a",
  "<<: ",
  "${",
  "${train}",
  "}",
  "'",
  '"',
  "#",
  "|",
  ">",
  "!",
  "!!str ",
  "? ",
  "%",
  "@",
  "null",
  "-1",
  ".nan",
  "1e999",
  "0x10",
  "__proto__",
  "\t",
  "\r\n",
  "é",
  "\u{1F600}",
  "---\n",
  "\\",
  "~",
  "x-a: ",
  "not: "
]
const Edit = Schema.Struct({
  at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: original.length })),
  cut: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })),
  piece: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: pieces.length - 1 }))
})
const Edits = Schema.Array(Edit).check(Schema.isMinLength(1), Schema.isMaxLength(4))

describe("load and resolveGrid", () => {
  it.effect.prop(
    "a spec with random edits",
    [Edits],
    ([edits]) =>
      Effect.gen(function* () {
        const text = edits.reduce(
          (before, { at, cut, piece }) => before.slice(0, at) + pieces[piece] + before.slice(at + cut),
          original
        )
        const result = yield* Effect.result(
          Effect.flatMap(loadText(text, {}, [], { NAME: "n", SECRET: "hunter2-secret" }), resolveGrid)
        )
        if (Result.isSuccess(result)) return
        const numLines = text.split("\n").length
        assert.notInclude(result.failure.message, "hunter2")
        for (const issue of result.failure.issues) {
          assert.isTrue(
            issue.line >= 1 && issue.line <= numLines && issue.column >= 1 && issue.length >= 1,
            JSON.stringify(issue)
          )
          assert.notMatch(issue.message, /undefined|\[object|NaN/, JSON.stringify(issue))
        }
      }),
    { arbitrary: { runs: 400 } }
  )
})
