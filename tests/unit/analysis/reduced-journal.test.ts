import { assert, describe, it } from "vitest"
import { reducedJournal } from "../../../framework/analysis/reduced-journal.ts"
import { foldJournal } from "../../../framework/journal/state.ts"
import type { Body } from "../../../framework/journal/Record.ts"
import { samplePlan } from "../tracking/sample-state.ts"

const plan = { ...samplePlan("sample"), steps: [
  { id: "s1", kind: "train", label: "ratio=0.5 seed=1", inputs: { teacher: "t" }, predictedSeconds: 3 },
  { id: "s2", kind: "score", label: "not yet", inputs: {}, predictedSeconds: 0 }
] as const }

const bodies: ReadonlyArray<Body> = [
  { type: "epoch", experiment: "sample", epoch: 1, readUpTo: {}, host: "secret-host", pid: 7, leadspan: "0" },
  { type: "started", step: "s1", kind: "train", attempt: 1, slot: "cpu-0", device: null },
  { type: "metrics", step: "s1", attempt: 1, metrics: [{ key: "train/loss", step: 10, value: 0.5, at: 1234567 }, { key: "train/loss", step: 20, value: Number.NaN, at: 2345678 }] },
  { type: "done", step: "s1", kind: "train", attempt: 1, output: "digest", cost: null }
]

describe("reducedJournal", () => {
  it("holds every step's outcome and points, and neither times nor hosts", () => {
    const fold = foldJournal(bodies.map((body, sequence) => ({ format: 1, writer: "secret-host-1", sequence, at: 1234567, body })))
    const text = reducedJournal(plan, fold.state())
    assert.deepStrictEqual(text.trimEnd().split("\n").map((line) => JSON.parse(line)), [
      { step: "s1", kind: "train", label: "ratio=0.5 seed=1", inputs: { teacher: "t" }, status: "done", attempts: 1, output: "digest", cost: null,
        metrics: [["train/loss", 10, 0.5], ["train/loss", 20, "NaN"]] },
      { step: "s2", kind: "score", label: "not yet", inputs: {}, status: "waiting", attempts: 0, output: null, cost: null, metrics: [] }
    ])
    assert.notMatch(text, /secret-host|1234567|2345678/)
  })
})
