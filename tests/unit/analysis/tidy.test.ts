import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { curves } from "../../../framework/analysis/curves.ts"
import { csv } from "../../../framework/analysis/csv.ts"
import { exportFiles } from "../../../framework/analysis/export.ts"
import { tidy } from "../../../framework/analysis/tidy.ts"
import { RecordedPlan } from "../../../framework/journal/RecordedPlan.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

const { outcomes, plan } = simulatedExperiment()
const tables = tidy(plan, outcomes)
const row = (name: string) => tables.cells.find((one) => one.name === name)!

describe("tidy", () => {
  it("works on a plan that the journal would accept", () => {
    expect(() => Schema.decodeUnknownSync(RecordedPlan)(JSON.parse(JSON.stringify(plan)))).not.toThrow()
  })

  it("has a row for every cell and one for every trial that is run", () => {
    expect(tables.cells.length).toBe(12)
    expect(tables.trials.length).toBe(16)
    expect(tables.models.map(({ model }) => model)).toEqual(["base student", "teacher"])
  })

  it("gives an alias the numbers of the cell it is", () => {
    const alias = row("ratio=0.5 supervise=cot+answer")
    const twin = row("ratio=0.5 supervise=cot")
    expect(alias.status).toBe("alias")
    expect(alias.scores).toEqual(twin.scores)
    expect(alias.cost).toEqual(twin.cost)
    // each has its own baseline, so retention may differ
    expect(alias.retention.matched).not.toEqual(twin.retention.matched)
  })

  it("knows a baseline, measures the rest and labels the interval", () => {
    expect(row("ratio=1 supervise=cot").retention.matched).toEqual({ kind: "baseline" })
    expect(row("ratio=1 supervise=cot").retention.reference.kind).toBe("measured")
    const half = row("ratio=0.5 supervise=cot").retention.matched
    expect(half).toMatchObject({ kind: "measured", label: "for these trained students", seeds: [1, 2], interval: { method: "items-only" } })
    const nothing = row("ratio=0.1 supervise=prompt+cot+answer").retention.matched
    expect(nothing).toMatchObject({ kind: "measured", interval: { estimate: 0, low: 0, method: "zero-score" } })
  })

  it("adds the teacher's pass over the kept part to the standalone FLOPs alone", () => {
    const { cost } = row("ratio=0.5 supervise=cot")
    expect(cost!.flopsStandalone - cost!.flopsMarginal).toBeCloseTo(0.5 * 2.1e11, 3)
  })

  it("pairs common seeds only and refuses other items", () => {
    const cell = plan.cells.find(({ name }) => name === "ratio=0.5 supervise=cot")!
    const scores = new Map(outcomes.scores)
    scores.delete(cell.trials[1]!.evaluations["chain-arithmetic"]!.score)
    const oneSeed = tidy(plan, { ...outcomes, scores }).cells.find(({ cell: index }) => index === cell.index)!
    expect(oneSeed.seedsScored).toEqual([1])
    expect(oneSeed.retention.matched).toMatchObject({ kind: "measured", seeds: [1] })
    const step = cell.trials[0]!.evaluations["chain-arithmetic"]!.score
    scores.set(step, scores.get(step)!.map((line) => ({ ...line, item: `other-${line.item}` })))
    const others = tidy(plan, { ...outcomes, scores }).cells.find(({ cell: index }) => index === cell.index)!
    expect(others.retention.matched).toMatchObject({ kind: "not-defined", reason: expect.stringContaining("same items") })
  })

  it("averages samples within an item", () => {
    const scores = new Map(outcomes.scores)
    const step = "score-3-1"
    const lines = scores.get(step)!
    scores.set(step, lines.flatMap((line) => [{ ...line, first: true }, { ...line, sample: 1, first: false }]))
    const half = tidy(plan, { ...outcomes, scores }).trials.find(({ trial }) => trial === "train-3-1")!
    expect(half.scores["chain-arithmetic"]!.first).toBe(0.5)
  })
})

describe("curves", () => {
  const all = curves(plan, tables.cells)

  it("has one a combination of the other axes, by rising ratio, without cells left out", () => {
    expect(all.map(({ name, points }) => [name, points.map(({ ratioPercent }) => ratioPercent)])).toEqual([
      ["cot", [25, 50, 100]], ["cot+answer", [25, 50, 100]], ["prompt+cot+answer", [10, 25, 50, 100]]
    ])
  })

  it("ends at 1 and is final once cell and baseline are scored", () => {
    expect(all[0]!.points.at(-1)).toMatchObject({ retention: 1, low: 1, high: 1, final: true })
    expect(all.every(({ final }) => final)).toBe(true)
    const scores = new Map(outcomes.scores)
    scores.delete("score-3-2") // one seed of the baseline of "cot"
    const open = curves(plan, tidy(plan, { ...outcomes, scores }).cells)
    expect(open.map(({ final }) => final)).toEqual([false, true, true])
  })

  it("takes a ratio with its text as written, and knows grids without a ratio", () => {
    const asWritten = plan.cells.map((cell) => ({
      ...cell,
      axes: { ...cell.axes, "sequence.truncate.ratio": { text: "0.290", value: 0.29 } }
    }))
    expect(curves({ ...plan, cells: asWritten }, tidy({ ...plan, cells: asWritten }, outcomes).cells)[0]!.points[0]!.ratioPercent).toBe(29)
    const bare = plan.cells.map((cell) => ({ ...cell, axes: { "sequence.supervise": cell.axes["sequence.supervise"] } }))
    expect(curves({ ...plan, cells: bare }, tidy({ ...plan, cells: bare }, outcomes).cells)).toEqual([])
  })
})

describe("exportFiles", () => {
  it("writes every table", async () => {
    const files = await exportFiles(plan, outcomes)
    const figures = Object.keys(files).filter((name) => /^figures\/[a-z0-9-]+\.svg$/.test(name)).sort()
    expect(Object.keys(files).sort()).toEqual([
      "cells.csv", "claims.csv", "curves.csv", "figures.json", ...figures, "items.csv", "report.html", "report.md", "results.json", "trials.csv"
    ])
    expect(figures.length).toBe(11)
    expect(figures.every((name) => files[name]!.startsWith("<svg xmlns=") && !files[name]!.includes("var(--"))).toBe(true)
    expect(files["cells.csv"]!.trim().split("\n").length).toBe(13)
    expect(files["items.csv"]!.trim().split("\n").length).toBe(1 + 18 * 300)
    expect(JSON.parse(files["results.json"]!).cells.length).toBe(12)
  })

  it("quotes what CSV must quote", () => {
    expect(csv(["a", "b"], [['x,"y"', null], ["1\n2", 0.1]])).toBe('a,b\n"x,""y""",\n"1\n2",0.1\n')
  })
})
