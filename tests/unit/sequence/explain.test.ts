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
import { explanationHtml } from "../../../framework/sequence/explain-html.ts"
import { plainConventions } from "../../../framework/sequence/conventions.ts"
import type { CellView } from "../../../framework/sequence/view-file.ts"
import type { Kept } from "../../../framework/plugin/define.ts"
import { preparedOf, requestOf } from "./traces.ts"

const tokenizer = await Effect.runPromise(loadTokenizer("plugins/models/tiny/tokenizer"))
const record = { id: "s0", problem: "47a+38", tier: "mini", prompt: "E47a+38", cot: "D47a+38=75!W47a+38=75!", answer: "A75", derivedAt: 11 }
const firstOf = (ratio: string) => ({ plugin: first, ratio, options: optionsOf(first, {}), grow: null })
const prepared = preparedOf([tokeniseTrace(tokenizer, record)])
const asked = requestOf({ truncation: firstOf("0.75"), supervised: ["cot", "answer"], mainRows: 1 })
const view = makeView(prepared, asked, tokenizer.textOf)
const explanation = explain(prepared, view, 0, plainConventions, tokenizer.textOf)

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
    const half = makeView(own, { ...asked, truncation: firstOf("0.5") }, tokenizer.textOf)
    const lines = explanationText(explain(own, half, 0, plainConventions, tokenizer.textOf), { colour: false }).split("\n")
    assert.include(readFileSync("docs/sequence.md", "utf8"), lines.map((line) => line === "" ? "" : `    ${line}`).join("\n"))
  })

  it("is plain JSON", () => {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(explanation)), explanation)
    assert.deepStrictEqual(explanation.tokens[8], {
      index: 8, id: tokenizer.idOf("D")!, text: "D", segment: "cot", countsAs: "cot", position: 8, kept: true, weight: 1
    })
  })

  it("shows control characters as symbols: a record cannot move the cursor", () => {
    const hostile = explain(prepared, view, 0, plainConventions, () => "\u001b[2J\u202e")
    assert.notMatch(explanationText(hostile, { colour: false }), /[\u001b\u202e]/u)
  })

  it("breaks lines behind blanks and line breaks, words only where they are long", () => {
    const texts = "So 47 plus\n38 is\n\n_a_very_long_word".split("").map((text, index) => ({ ...explanation.tokens[8]!, index, text }))
    const lines = explanationText({ ...explanation, tokens: texts }, { colour: false, width: 10 }).split("\n").slice(2)
    assert.deepStrictEqual(lines.slice(0, 5).map((line) => line.slice(34)), ["So 47 ", "plus\u240a38 ", "is\u240a\u240a_a_ver", "y_long_wor", "d"])
  })

  it("shows weights other than 1, and bytes that are no whole character", async () => {
    const thirds: CellView = { count: 1, lengths_N: view.lengths_N, row: (n) => ({ ...view.row(n), weights: view.row(n).weights.map((weight) => weight / 3) }) }
    const weighted = explain(prepared, thirds, 0, plainConventions, tokenizer.textOf)
    assert.include(explanationText(weighted, { colour: false }), "target x0.333")
    const bytes = await Effect.runPromise(loadTokenizer("tests/fixtures/byte-level"))
    assert.include(Array.from(bytes.encode("👩‍👩‍👧‍👦 ☃").ids_T, bytes.textOf).join("|"), "\\xE2")
  })

  it("shows several spans, context inside them, and what conventions make of the tags", () => {
    const kept: Kept = { spans: [[0, 19], [30, 35]], masked: [[30, 31]] }
    const conventions = { thinkTags: "both", endOfTurn: "none", quirks: [] } as const
    const request = { ...asked, truncation: { ...firstOf("1"), plugin: { ...first, span: () => kept } }, conventions }
    const shown = explain(prepared, makeView(prepared, request, tokenizer.textOf), 0, conventions, tokenizer.textOf)
    assert.strictEqual(`\n${explanationText(shown, { colour: false })}\n`, `
sample s0 (row 0): 35 tokens, kept [0, 19), [30, 35), 15 targets; first derivation ends at token 19 (54 %), kept

prompt  context       [0, 7)      E47a+38
cot*    target        [7, 8)      <
cot     target        [8, 19)     D47a+38=75!
cot     cut           [19, 30)    W47a+38=75!
cot     context       [30, 31)    >
answer  target        [31, 34)    A75
answer  context       [34, 35)    $

* by the cell's conventions: it stands in another segment

segment tokens        kept        targets
prompt  8             8           1
cot     23            12          11
answer  4             4           3`.concat("\n"))
  })
})

describe("explain as a page", () => {
  const page = explanationHtml(explanation, "<script>alert(1)</script> & \"cell\"")
  it("shows every token with its segment and state", () => {
    assert.strictEqual([...page.matchAll(/role="option"/gu)].length, 35)
    assert.include(page, 'class="cot target" tabindex="-1" role="option" title="token 8, id ')
    assert.include(page, ">D</span>")
    assert.include(page, 'class="answer cut"')
  })
  it("marks where the first derivation ends, in the text and in a bar that is to scale", () => {
    assert.match(page, /title="token 18, id \d+, cot, target, fed at 18, completes the first derivation">!<em><\/em><\/span>/u)
    assert.include(page, '<u style="left:54.29%"></u>')
    assert.deepStrictEqual([...page.matchAll(/<b class="([a-z ]+)" style="flex-grow:(\d+)">/gu)].map(([, name, tokens]) => `${name} ${tokens}`),
      ["prompt context 8", "cot target 18", "cot cut 5", "answer cut 4"])
    const unknown = explanationHtml({ ...explanation, derivedAt: null, derivationKept: null }, "x")
    assert.notInclude(unknown, "<em>")
    assert.notInclude(unknown, "<u ")
  })
  it("shows line breaks and tabs as arrows, and the mark before them", () => {
    const broken = explanationHtml({ ...explanation, tokens: explanation.tokens.map((token) => ({ ...token, text: ".\t\r\n" })) }, "x")
    assert.include(broken, ">.<i>\u2192</i>\t<i>\u2190</i><i>\u21b5</i><br></span>")
    assert.include(broken, ">.<em></em><i>\u2192</i>")
  })
  it("lets no text of a record become markup, and may run its own script alone", () => {
    const hostile = explanationHtml({ ...explanation, sample: "</p><img src=x onerror=alert(1)>" , tokens: explanation.tokens.map((token) => ({ ...token, text: "</span><script>'\"&" })) }, "x")
    assert.strictEqual([...hostile.matchAll(/<script/gu)].length, 1)
    assert.notInclude(hostile, "<img")
    assert.strictEqual([...page.matchAll(/<script/gu)].length, 1)
    assert.include(page, "default-src 'none'")
  })
  it("needs nothing from elsewhere", () => assert.notMatch(page, /https?:|src=|@import|url\(/u))
})
