import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
import data from "../../../plugins/datasets/chain-arithmetic.ts"
import first from "../../../plugins/truncation/first.ts"
import { explain } from "../../../framework/sequence/explain.ts"
import { explanationText } from "../../../framework/sequence/explain-text.ts"
import { tokeniseTrace } from "../../../framework/sequence/render.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"
import { makeView } from "../../../framework/sequence/view.ts"
import { optionsOf } from "../datasets/options.ts"
import { preparedOf } from "./traces.ts"

const tokenizer = await Effect.runPromise(loadTokenizer("plugins/models/tiny/tokenizer"))
const record = { id: "s0", problem: "47a+38", tier: "mini", prompt: "E47a+38", cot: "D47a+38=75!W47a+38=75!", answer: "A75", derivedAt: 11 }
const prepared = preparedOf([tokeniseTrace(tokenizer, record)])
const view = makeView(prepared, { truncation: { plugin: first, ratio: "0.75", options: {} }, supervised: ["cot", "answer"], selection: null, mainRows: 1 })
const explanation = explain(prepared, view, 0, tokenizer.textOf)

describe("explain", () => {
  it("draws runs of equal tokens, one a line", () => {
    assert.strictEqual(`\n${explanationText(explanation, { colour: false })}\n`, `
sample s0 (row 0): 35 tokens, kept [0, 26), 18 targets; first derivation ends at token 19 (54 %), kept

prompt  context       [0, 8)      E47a+38<
cot     target        [8, 26)     D47a+38=75!W47a+38
cot     cut           [26, 31)    =75!>
answer  cut           [31, 35)    A75$

segment tokens        kept        targets
prompt  8             8           0
cot     23            18          18
answer  4             0           0`.concat("\n"))
  })

  it("has the same text under its colours", () => {
    const coloured = explanationText(explanation, { colour: true, width: 10 })
    assert.strictEqual(stripVTControlCharacters(coloured), explanationText(explanation, { colour: false, width: 10 }))
    assert.include(coloured, "\u001b[33;4mD47a+38=75\u001b[0m")
    assert.include(coloured, "\u001b[32;2;9mA75$\u001b[0m")
  })

  it("prints the example of docs/sequence.md", () => {
    const [trace] = data.records({ split: "train", count: 1, seed: 0 }, optionsOf(data, {}))
    const own = preparedOf([tokeniseTrace(tokenizer, trace!)])
    const half = makeView(own, { truncation: { plugin: first, ratio: "0.5", options: {} }, supervised: ["cot", "answer"], selection: null, mainRows: 1 })
    const lines = explanationText(explain(own, half, 0, tokenizer.textOf), { colour: false }).split("\n")
    assert.include(readFileSync("docs/sequence.md", "utf8"), lines.map((line) => line === "" ? "" : `    ${line}`).join("\n"))
  })

  it("is plain JSON", () => {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(explanation)), explanation)
    assert.deepStrictEqual(explanation.tokens[8], { index: 8, id: tokenizer.idOf("D"), text: "D", segment: "cot", kept: true, weight: 1 })
  })

  it("shows control characters as symbols: a record cannot move the cursor", () => {
    const hostile = explain(prepared, view, 0, () => "\u001b[2J\u202e")
    assert.notMatch(explanationText(hostile, { colour: false }), /[\u001b\u202e]/u)
  })

  it("shows weights other than 1, and bytes that are no whole character", async () => {
    const weighted = explain(prepared, { ...view, weights: view.weights.map((weight) => weight / 3) }, 0, tokenizer.textOf)
    assert.include(explanationText(weighted, { colour: false }), "target x0.333")
    const bytes = await Effect.runPromise(loadTokenizer("tests/fixtures/byte-level"))
    assert.include(Array.from(bytes.encode("👩‍👩‍👧‍👦 ☃").ids_T, bytes.textOf).join("|"), "\\xE2")
  })
})
