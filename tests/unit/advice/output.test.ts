import { beforeAll, assert, describe, it } from "vitest"
import type { Advice } from "../../../framework/advice/Advice.ts"
import { pieces } from "../../../framework/advice/LengthUnit.ts"
import { advicePage } from "../../../framework/advice/page.ts"
import { adviceLine } from "../../../framework/advice/plan-line.ts"
import { summarise } from "../../../framework/advice/summarise.ts"
import { survey, type TraceSet } from "../../../framework/advice/survey.ts"
import { adviceText, filesText } from "../../../framework/advice/terminal-text.ts"
import { setOf, trace } from "./traces.ts"

const adviceOf = async (sets: ReadonlyArray<TraceSet>): Promise<Advice> => summarise(
  await survey(sets, { unit: pieces, matchers: ["strict", "loose"], mathematics: null, lengthsOf: null, limit: null, maxLength: null }),
  { maxTokens: 100, keep: 0.9, matchers: ["strict", "loose"], sequence: "texts" }
)

const evil = "</style><script>alert('x')</script>\u001b[2J<img src=x onerror=alert(1)>"
const traces = Array.from({ length: 40 }, (_, n) => ({ ...trace(`t${n}`, { cot: 60 + n, derivedAt: 10 + n, tier: n % 2 === 0 ? "easy" : evil, correct: n % 5 !== 0 }), prompt: "Wait, find x." }))

let advice: Advice
let page: string
beforeAll(async () => {
  advice = await adviceOf([setOf("good.jsonl", traces, { "thought-never-ends": 1234 }), setOf(evil, traces.slice(0, 8))])
  page = await advicePage(advice, "0.0.0")
})

describe("the terminal's text", () => {
  it("fits into 100 columns, holds no control character, and says what matters", () => {
    const text = adviceText(advice, { colour: false })
    for (const line of text.split("\n")) assert.isAtMost(line.length, 100, line)
    assert.notMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f]/u)
    for (const words of ["thought-never-ends 1,234", "Begin with ratio", "no proof that it suffices", "in first half", "strict", "loose", "pieces"]) assert.include(text, words)
    assert.notMatch(text, /NaN|undefined/u)
  })

  it("colours only where it is asked to", () => {
    assert.include(adviceText(advice, { colour: true }), "\u001b[1m")
    assert.strictEqual(adviceText(advice, { colour: true }).replaceAll(/\u001b\[[\d]+m/gu, "").replaceAll("\ufffd", "?").length,
      adviceText(advice, { colour: false }).length)
  })

  it("shows a row a file", () => {
    const text = filesText([advice, advice], { colour: false })
    assert.strictEqual(text.split("\n").filter((line) => line.startsWith("  good.jsonl")).length, 2)
    for (const line of text.split("\n")) assert.isAtMost(line.length, 120, line)
  })

  it("stands where nothing could be used, and where no answer is known", async () => {
    const nothing = await adviceOf([setOf("empty", [], { "broken-json": 3 })])
    assert.include(adviceText(nothing, { colour: false }), "No record could be used")
    assert.include(filesText([nothing], { colour: false }), "broken-json 3")
    const unknown = await adviceOf([setOf("unknown", [{ ...trace("t", { gold: null }), answer: "" }])])
    assert.notMatch(adviceText(unknown, { colour: false }), /NaN|undefined/u)
    assert.isNull(unknown.recommendation)
    for (const one of [nothing, unknown]) assert.notMatch(await advicePage(one, "0"), /NaN|undefined/u)
  })
})

describe("the page", () => {
  it("is one file that asks for nothing, below a megabyte, the same bytes again", async () => {
    assert.strictEqual(await advicePage(advice, "0.0.0"), page)
    assert.isBelow(page.length, 1_000_000)
    assert.notMatch(page, /<script|<link|<iframe|<img|@import/iu)
    assert.deepStrictEqual([...page.matchAll(/(?:src|href)="(?!#|data:text\/csv)([^"]*)"/gu)].map(([, url]) => url), [])
    assert.notInclude(page.replaceAll("http://www.w3.org/2000/svg", "").replaceAll("http://www.w3.org/1999/xlink", ""), "http://")
    assert.strictEqual(page.match(/<\/style>/gu)!.length, 1)
    assert.notMatch(page, /NaN|undefined/u)
  })

  it("has each id once, and every link its target", () => {
    const ids = [...page.matchAll(/\bid="([^"]+)"/gu)].map(([, id]) => id!)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const [, id] of page.matchAll(/href="#([^"]+)"/gu)) assert.include(ids, id)
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/gu)) assert.include(ids, id)
  })

  it("has the numbers of its figures in tables that the keyboard reaches", () => {
    assert.strictEqual(page.match(/<div class="scroll stick" tabindex="0"><table/gu)!.length, page.match(/<table/gu)!.length)
    for (const { ratio } of advice.ratios) assert.match(page, new RegExp(`<th scope="row">${ratio}( \\(advised\\))?</th>`, "u"))
    assert.isAbove(page.match(/role="img" tabindex="0"[^>]*><title>[^<]{3,}<\/title><desc>[^<]{10,}<\/desc>/gu)!.length, 4)
  })
})

describe("the plan's line", () => {
  const meanTokens = { prompt: 16, cot: 92, answer: 4 }
  it("says where the derivation lies and what keeps it", () => {
    const early = adviceLine({ lengths_N: new Int32Array(100).fill(112), derivedAt_N: new Int32Array(100).fill(47), meanTokens })
    assert.deepStrictEqual(early, ["data: 14 % prompt, 82 % thought, 4 % answer of 112 tokens a sequence; the answer is first derived 42 % in (median): ratio 0.5 keeps 90 % of the derivations"])
    const late = adviceLine({ lengths_N: new Int32Array(100).fill(112), derivedAt_N: new Int32Array(100).fill(108).fill(-1, 0, 20), meanTokens })
    assert.match(late[0]!, /96 % in \(median\), not at all in 20 of 100: ratio 1 keeps/u)
    assert.match(late[1]!, /^warning: late-reasoning data.*only 0 % \(95 % interval 0 % to 5 %\)/u)
  })

  it("is silent about nothing", () => {
    assert.deepStrictEqual(adviceLine({ lengths_N: [], derivedAt_N: [], meanTokens }), [])
  })
})
