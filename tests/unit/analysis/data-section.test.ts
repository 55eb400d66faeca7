/** What a report says of the data, from what a run has kept. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type KeptAdvice, readAdvice } from "../../../framework/analysis/DataAdvice.ts"
import { exportFiles } from "../../../framework/analysis/export.ts"
import { gatherOutcomes } from "../../../framework/analysis/gather.ts"
import { reportMarkdown } from "../../../framework/analysis/report/markdown.ts"
import { reportHtml } from "../../../framework/analysis/report/page.ts"
import type { Body, Record } from "../../../framework/journal/Record.ts"
import type { RecordedPlan } from "../../../framework/journal/RecordedPlan.ts"
import { foldJournal } from "../../../framework/journal/state.ts"
import { openStore } from "../../../framework/journal/store.ts"
import { putAdvice } from "../advice/kept-advice.ts"
import { markup } from "./markup.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-data-section-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const evil = `</style><script>alert("x")</script><img src=x onerror=alert(1)>`
const { outcomes, plan } = simulatedExperiment()

let kept: KeptAdvice
beforeAll(async () => {
  await putAdvice(join(folder, "good"), evil)
  kept = readAdvice(join(folder, "good"))!
})

const withData = (data: typeof outcomes.data, of: Partial<RecordedPlan["data"]> = {}) =>
  [{ ...plan, data: { ...plan.data, ...of } }, { ...outcomes, data }] as const

describe("the data in a report", () => {
  it("stand with figures, tables and advice, each id once, and nothing of a name becomes HTML", async () => {
    const tally = { train: { read: 50, used: 40, reasons: [{ reason: "over-length", count: 10, examples: [evil] }] }, validation: null }
    const page = await reportHtml(...withData([{ name: "", kept, failure: null }], { tally, contamination: { check: "report", items: 9, count: 1, examples: [] } }))
    const section = page.slice(page.indexOf('<section id="data">'), page.indexOf('<section id="grid">'))
    for (const words of ["Advised before any training: ratio", "no proof that it suffices", "40 of 50 records", "1 problem of the training data is among the 9", "What a prefix keeps", "First derivation in the thought", "(advised)", "over-length"]) {
      assert.include(section, words)
    }
    assert.strictEqual(section.match(/<svg xmlns/gu)!.length, 7)
    assert.notMatch(markup(page), /<script|<img|NaN|undefined/u)
    const ids = [...page.matchAll(/\bid="([^"]+)"/gu)].map(([, id]) => id!)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const [, id] of page.matchAll(/(?:url\(|href=")#([^)"]+)[)"]/gu)) assert.include(ids, id)
    const markdown = reportMarkdown(...withData([{ name: "", kept, failure: null }], { tally }))
    assert.notMatch(markdown.replaceAll(/```[\s\S]*?```/gu, ""), /<script|<img|NaN|undefined/u)
    for (const words of ["## The data", "| thought |", "(advised)", "| over-length | 10 |"]) assert.include(markdown, words)
  })

  it("stand side by side where cells train on several, and one that failed says why", async () => {
    const data = [{ name: "style=early", kept, failure: null }, { name: "style=late", kept, failure: null }, { name: "style=free", kept: null, failure: "no such row" }]
    const page = await reportHtml(...withData(data))
    const ids = [...page.matchAll(/\bid="([^"]+)"/gu)].map(([, id]) => id!)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const words of ["What cells train on", "<summary>style=late</summary>", "could not look at these data: no such row"]) assert.include(page, words)
    assert.include(reportMarkdown(...withData(data)), "could not look at these data: no such row")
    assert.sameMembers(Object.keys(await exportFiles(...withData(data))).filter((name) => name.startsWith("advice")), ["advice-style-early.json", "advice-style-late.json"])
  })

  it("of an older plan say what the plan says; exports hold what the adviser said, byte by byte", async () => {
    const page = await reportHtml(...withData([], { advice: ["data: late"] }))
    assert.include(page, "data: late")
    assert.isUndefined((await exportFiles(...withData([])))["advice.json"])
    assert.strictEqual((await exportFiles(...withData([{ name: "", kept, failure: null }])))["advice.json"], kept.text)
  })
})

describe("what a run has kept of the adviser", () => {
  it("is gathered from journal and store; gone, failed or waiting it is told so", async () => {
    const store = openStore(join(folder, "store"))
    await putAdvice(store.path("done"), "x")
    const planned: RecordedPlan = { ...plan, adviceSteps: ["done", "gone", "failed", "waiting"].map((step) => ({ step, name: step })) }
    const bodies: ReadonlyArray<Body> = [
      { type: "done", step: "done", kind: "analyse", attempt: 1, output: "d", cost: null }, { type: "done", step: "gone", kind: "analyse", attempt: 1, output: "d", cost: null },
      { type: "failed", step: "failed", kind: "analyse", attempt: 1, reason: "internal", message: "no such row", willRetry: false }
    ]
    const state = foldJournal(bodies.map((body, sequence): Record => ({ format: 1, writer: "w", sequence, at: 1, body }))).state()
    const { data } = gatherOutcomes(planned, state, store, { versions: {}, commands: [] })
    assert.deepStrictEqual(data.map(({ failure, kept: one, name }) => [name, one?.advice.samples ?? null, failure]),
      [["done", 40, null], ["gone", null, null], ["failed", null, "no such row"], ["waiting", null, null]])
  })

  it("is left aside where it cannot be read, and a figure that is no drawing with it", () => {
    const spoil = async (name: string, file: string, text: string) => {
      await putAdvice(join(folder, name), "x")
      writeFileSync(join(folder, name, file), text)
      return readAdvice(join(folder, name))
    }
    return Promise.all([
      spoil("torn", "advice.json", "{\"format\": 1"), spoil("other", "advice.json", "{\"format\": 2}"), spoil("path", "figures.json", "[{\"id\":\"../../x\",\"title\":\"\",\"key\":[]}]"),
      spoil("script", "figures/kept.svg", "<svg><script>alert(1)</script></svg>"), spoil("handler", "figures/kept.svg", "<svg onload=\"x\"></svg>"), spoil("html", "figures/kept.svg", "<p>")
    ]).then(([torn, other, path, ...drawn]) => {
      assert.deepStrictEqual([torn, other, path], [null, null, null])
      for (const one of drawn) assert.notInclude(one!.figures.map(({ id }) => id), "kept")
    })
  })
})
