import { beforeAll, describe, expect, it } from "vitest"
import { reportMarkdown } from "../../../framework/analysis/report/markdown.ts"
import { reportHtml } from "../../../framework/analysis/report/page.ts"
import { claimAt, claimed } from "./claims/claimed.ts"
import { markup } from "./markup.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

const { outcomes, plan } = simulatedExperiment()

let page: string
beforeAll(async () => {
  page = await reportHtml(plan, outcomes)
})

describe("reportHtml", () => {
  it("is the same bytes for the same results, in one file that asks for nothing", async () => {
    expect(await reportHtml(plan, outcomes)).toBe(page)
    expect(page.length).toBeLessThan(3_000_000)
    expect(markup(page)).not.toMatch(/<script|<link|<iframe|<img|<form|\bon\w+=|@import/i)
    expect([...page.matchAll(/(?:src|href)="(?!#|data:text\/csv)([^"]*)"/g)].map(([, url]) => url)).toEqual([])
    expect(page.replaceAll("http://www.w3.org/2000/svg", "").replaceAll("http://www.w3.org/1999/xlink", "")).not.toContain("http://")
  })

  it("has each id once, and every clip reference has its target", () => {
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id!)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id)
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id)
  })

  it("opens with the question and the verdict line", () => {
    expect(page).toContain("No verdict: 2 seeds.")
    expect(page).toContain("for these trained students")
    expect(page).toContain(plan.description)
    for (const text of ["nothing to supervise", "ratio=0.5 supervise=cot+answer", "npx leadspan run", "forced 192", "forced 96"]) expect(page).toContain(text)
  })

  it("escapes whatever names, messages and specs hold", async () => {
    const evil = `</style></pre><script>alert("x")</script><img src=x onerror=alert(1)>`
    const hostile = {
      ...plan, experiment: evil, description: evil, specYaml: evil, numerics: evil,
      data: { ...plan.data, source: evil },
      evaluations: plan.evaluations.map((one) => ({ ...one, benchmark: evil })),
      cells: plan.cells.map((cell) => ({
        ...cell, name: `${cell.name}${evil}`, reason: cell.reason === null ? null : evil,
        axes: { ...cell.axes, "sequence.supervise": [...(cell.axes["sequence.supervise"] as Array<string>), evil] }
      }))
    }
    const trials = new Map(outcomes.trials)
    trials.set("train-3-1", { ...trials.get("train-3-1")!, status: "failed", failure: { reason: "internal", message: evil }, reusedFrom: evil })
    const all = { ...outcomes, trials, commands: [evil], versions: { [evil]: evil }, machines: [{ cpuModel: evil, computes: evil, library: evil }] }
    const page = await reportHtml(hostile, all)
    expect(markup(page)).not.toMatch(/<script|<img/)
    expect(page.match(/<\/style>/g)!.length).toBe(1)
    const markdown = reportMarkdown(hostile, all)
    expect(markdown.replace(/```[\s\S]*?```/g, "")).not.toMatch(/<script|<img/)
  })

  it("shows every hypothesis with what it rests on, as a page and as text", async () => {
    const { outcomes, plan } = claimed([claimAt("half-is-enough", [2, 6]), claimAt("a-quarter-is-enough", [1]), claimAt("half-is-all", [10], { threshold: 0.97 })])
    const page = await reportHtml(plan, outcomes)
    expect(page).toContain("Of 4 hypotheses: 2 supported, 1 refuted, 1 inconclusive.")
    expect(page.match(/<li class="claim (?:supported|refuted|inconclusive)">/g)!.length).toBe(4)
    expect(page.match(/<svg class="strip /g)!.length).toBe(4)
    expect(page.indexOf('id="verdicts"')).toBeLessThan(page.indexOf('id="e0-curves"'))
    expect(page).toMatch(/Power \d+ % at a true retention of 1; \d+ items/)
    const markdown = reportMarkdown(plan, outcomes)
    expect(markdown).toMatch(/- half-is-all: .*: inconclusive: power \d+ %.*at alpha 0\.\d+; adjusted p 0\.\d+/)
  })

  it("shows bands, differences with their tests, and tiers, as a page and as text", async () => {
    const { outcomes, plan } = claimed([claimAt("half-is-enough", [2]), claimAt("a-quarter-is-enough", [1])], { hasHardItems: true })
    const all = { ...outcomes, claims: { ...outcomes.claims, withdrawn: [{ claim: "all-is-lost", cellName: "ratio=0.1" }] } }
    const [page, markdown] = [markup(await reportHtml(plan, all)), reportMarkdown(plan, all)]
    for (const text of [page, markdown]) {
      expect(text).toMatch(/a-quarter-is-enough: ratio=0\.25 supervise=cot: yes, retention is lower on hard items than on standard ones\. Loss on hard less loss on standard: \+\d/)
      expect(text).toContain("sign flips, 9,999 draws")
      expect(text).toContain("Withdrawn after results, and still counted by Holm: all-is-lost: ratio=0.1.")
      expect(text).not.toMatch(/NaN|undefined/)
    }
    expect(page).toContain("band that holds the whole curve at once")
    // an area a curve, in the retention panel alone
    expect(page.match(/class="mark-area[^"]*"/g)!.length).toBe(3)
    expect(page.match(/<tr><th scope="row">[^<]*<small>less [^<]*<\/small><\/th>/g)!.length).toBe(5)
    expect(page).toContain("<td>declared</td>")
    expect(page.match(/id="e0-tiers"/g)!.length).toBe(1)
    for (const heading of ["### Retention curves with bands", "### Score by difficulty", "### Paired differences", "### Cost and quality", "### Cross-entropy", "By tenth of the sequence:", "Trials and their ids"]) {
      expect(markdown).toContain(heading)
    }
    expect(markdown.split("\n").filter((line) => line.startsWith("| ")).every((line) => line.endsWith(" |"))).toBe(true)
  })

  it("says that nothing is judged where nothing is claimed", () => {
    expect(page).toContain("The spec declares no claim")
    expect(reportMarkdown(plan, outcomes)).toContain("The spec declares no claim")
  })

  it("stands without anything to show: nothing run, no ratio, no baseline, no models", async () => {
    const empty = await reportHtml(plan, { ...outcomes, scores: new Map(), trials: new Map(), teacherPasses: new Map(), machines: [], versions: {}, commands: [] })
    expect(empty).toContain("0 of 16")
    const bare = {
      ...plan, axes: [], baseStudent: null, teacher: null,
      cells: [{ ...plan.cells[3]!, index: 0, axes: {}, name: "the only cell", baselines: { matched: null, reference: null } }]
    }
    const page = await reportHtml(bare, outcomes)
    expect(page).toContain("the only cell")
    expect(page).not.toContain("undefined")
    expect(page).not.toContain("NaN")
  })

  it("says why no retention stands where the baseline is no better than the base student", async () => {
    const weak = simulatedExperiment({ base: 0.97 })
    const page = await reportHtml(weak.plan, weak.outcomes)
    expect(page).toContain("Retention not defined")
    expect(page).not.toContain("NaN")
  })
})

describe("reportMarkdown", () => {
  it("holds the tables and the notes", () => {
    const text = reportMarkdown(plan, outcomes)
    expect(text).toContain("**No verdict: 2 seeds.** Label: not for conclusions: 2 seeds.")
    expect(text).toContain("| = cot+answer, 50 % |")
    expect(text).toContain("- Left out: ratio=0.1 supervise=cot:")
    expect(text).toContain("experiment: simulated")
  })
})
