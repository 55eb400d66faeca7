import { createHash } from "node:crypto"
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { exploredItems, explorerData, scriptJson } from "../../../framework/analysis/explorer/explorer-data.ts"
import { explorerScript } from "../../../framework/analysis/explorer/explorer-script.ts"
import { reportHtml } from "../../../framework/analysis/report/page.ts"
import { explorerSection } from "../../../framework/analysis/report/sections/explorer-section.ts"
import { textReader } from "../../../framework/analysis/texts.ts"
import { openStore } from "../../../framework/journal/store.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

const { outcomes, plan } = simulatedExperiment()
const named = (cell: number) => plan.cells[cell]!.name
const section = (of: typeof outcomes) => explorerSection(exploredItems(plan, of, named))!.text

describe("items that flip", () => {
  const [found] = exploredItems(plan, outcomes, named)

  it("are those that two cells get right unequally often, most telling first, lost and gained by turns", () => {
    const { flips, grid, pairs } = found!
    const quarter = pairs.find(({ first }) => grid.answerers[first]!.name === "ratio=0.25 supervise=cot")!
    const mine = flips.filter(({ pair }) => pair === quarter)
    expect(mine.length).toBe(24)
    expect(grid.answerers[quarter.second]!.name).toBe("ratio=1 supervise=cot")
    for (const { item, outputs: [a, b] } of mine) {
      const [left, right] = [a, b].map(({ answerer, line, student }) => grid.answerers[answerer]!.students[student]!.lines[line]!)
      expect(left!.item).toBe(grid.items[item]!.item)
      expect(left!.first).not.toBe(right!.first)
    }
  })

  it("opens where the first claim is, or at half of the sequence", () => {
    const opened = (one: typeof plan) => {
      const [{ grid, opened, pairs }] = exploredItems(one, outcomes, named) as [NonNullable<typeof found>]
      return grid.answerers[pairs[opened]!.first]!.name
    }
    expect(opened(plan)).toBe("ratio=0.5 supervise=cot")
    const claim = { name: "a", threshold: 0.9, against: "matched", rule: "first", evaluation: "chain-arithmetic", assume: 1, cells: [1] } as const
    expect(opened({ ...plan, claims: [claim] })).toBe("ratio=0.25 supervise=cot")
  })

  it("keep each distinct text once, and no more than fits", () => {
    const data = explorerData([found!]) as { texts: ReadonlyArray<unknown>; evaluations: ReadonlyArray<{ outputs: ReadonlyArray<ReadonlyArray<unknown>> }> }
    expect(new Set(data.texts.map((text) => JSON.stringify(text))).size).toBe(data.texts.length)
    expect(data.evaluations[0]!.outputs.length).toBeGreaterThan(data.texts.length)
    const long = { ...outcomes, texts: (step: string, places: ReadonlySet<number>) => new Map([...outcomes.texts!(step, places)].map(([place, text]) =>
      [place, { ...text, thought: `${step} ${place} ${"x".repeat(1_000_000)} end`, prompt: "\u{1f600}".repeat(4000) }] as const)) }
    const [cut] = exploredItems(plan, long, named)
    const json = scriptJson(explorerData([cut!]))
    expect(json.length).toBeLessThan(2_000_000)
    expect(json).toContain("characters left out")
    expect(cut!.outputs.length).toBeGreaterThan(100)
    expect(cut!.outputs.every(({ text }) => text.thought.endsWith("end") && text.thought.length < 6000 && !/[\ud800-\udfff]/u.test(text.prompt))).toBe(true)
  })

  it("go by the primary rule alone where all verdicts would fill the page", () => {
    const many = (lines: NonNullable<ReturnType<typeof outcomes.scores.get>>) => Array.from({ length: 250 }, (_, copy) => lines.map((line) => ({ ...line, item: `${copy} ${line.item}` }))).flat()
    const copies = new Map([...outcomes.scores].map(([step, lines]) => [step, many(lines)]))
    const [large] = exploredItems(plan, { ...outcomes, scores: copies }, named)
    expect(large!.grid.rules.map(({ name }) => name)).toEqual(["first"])
    expect(scriptJson(explorerData([large!])).length).toBeLessThan(5_000_000)
  })

  it("are told without outputs where none are kept, and cells of other items are not compared", () => {
    const { texts: _, ...bare } = outcomes
    expect(section(bare)).toContain("Outputs as text are not at hand")
    const scores = new Map(outcomes.scores)
    scores.set("score-2-1", scores.get("score-2-1")!.slice(1))
    expect(section({ ...outcomes, scores })).toContain("Not compared, since they answered other items: ratio=0.5 supervise=cot.")
  })
})

describe("what models wrote", () => {
  it("never becomes markup", () => {
    const evil = `</script><script>alert(1)</script><!--<script>\u2028\u0000<img src=x onerror=alert(1)>`
    const texts = (step: string, places: ReadonlySet<number>) => new Map([...outcomes.texts!(step, places)].map(([place, text]) =>
      [place, { ...text, thought: evil, answer: evil, prompt: evil, gold: evil, read: { strict: evil, lenient: evil, first: evil, forced: [evil, evil] } }] as const))
    const page = section({ ...outcomes, texts })
    expect(page.match(/<script/g)!.length).toBe(2)
    expect(page.match(/<\/script>/g)!.length).toBe(2)
    expect(page).not.toContain("<img")
    expect(page).not.toContain("<!--")
    const [, json] = /<script type="application\/json" id="explorer-data">([^<]*)<\/script>/.exec(page)!
    expect((JSON.parse(json!) as { texts: ReadonlyArray<unknown> }).texts).toEqual([[evil, evil, 0]])
  })

  it("meets a policy that runs one script, known by its digest", async () => {
    const page = await reportHtml(plan, outcomes)
    const digest = createHash("sha256").update(explorerScript, "utf8").digest("base64")
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`)
    expect(page).toContain(`<script>${explorerScript}</script>`)
    expect(explorerScript).not.toMatch(/<\/|innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|\r|[^\x00-\x7f]/)
  })
})

describe("textReader", () => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-texts-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("reads the lines asked for, across its chunks, and passes over what it cannot read", () => {
    const store = openStore(folder)
    mkdirSync(store.path("s"), { recursive: true })
    const line = (place: number) => ({
      item: `p${place}`, sample: 0, prompt: "\u00fc".repeat(700_000 * (place % 2)), gold: "1", thought: "", answer: null, read: { strict: null, lenient: null, first: null, forced: [] }
    })
    const lines = Array.from({ length: 6 }, (_, place) => JSON.stringify(line(place)))
    writeFileSync(join(store.path("s"), "texts.jsonl"), [...lines, "{torn", ""].join("\n"))
    const read = textReader(store)
    expect([...read("s", new Set([1, 3, 4, 6, 9])).entries()].map(([place, { item, prompt }]) => [place, item, prompt.length])).toEqual([[1, "p1", 700_000], [3, "p3", 700_000], [4, "p4", 0]])
    expect(read("none", new Set([0])).size).toBe(0)
    expect(read("s", new Set()).size).toBe(0)
  })
})
