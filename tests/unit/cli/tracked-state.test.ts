/** What is sent to MLflow of the data: drawn from journal and store alone. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { trackedState } from "../../../framework/cli/tracked-state.ts"
import type { RecordedPlan } from "../../../framework/journal/RecordedPlan.ts"
import { foldJournal } from "../../../framework/journal/state.ts"
import { openStore } from "../../../framework/journal/store.ts"
import { findProject } from "../../../framework/setup/project.ts"
import { project } from "../../../framework/tracking/project.ts"
import { putAdvice } from "../advice/kept-advice.ts"
import { samplePlan } from "../tracking/sample-state.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-tracked-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const store = openStore(join(folder, "store"))
beforeAll(async () => {
  for (const step of ["a", "b"]) await putAdvice(store.path(step), step)
})

const stateOf = (adviceSteps: RecordedPlan["adviceSteps"]) => {
  const state = foldJournal((adviceSteps ?? []).map(({ step }, sequence) => ({
    format: 1 as const, writer: "w", sequence, at: 1, body: { type: "done" as const, step, kind: "analyse" as const, attempt: 1, output: "d", cost: null }
  }))).state()
  const plan: RecordedPlan = { ...samplePlan("sample"), ...(adviceSteps === undefined ? {} : { adviceSteps }) }
  return trackedState({ ...findProject(folder), root: folder, state: join(folder, ".leadspan"), reports: join(folder, "reports") }, plan, state, store, { experimentName: null })
}

describe("the adviser's files", () => {
  it("are artifacts of the experiment's run, the same whenever they are drawn", () => {
    const [first, again] = [stateOf([{ step: "a", name: "" }]), stateOf([{ step: "a", name: "" }])]
    const paths = first.artifacts.map(({ path }) => path)
    assert.includeMembers(paths, ["data/advice.json", "data/parts.svg", "data/kept.svg", "data/derivation-sequence.svg", "data/markers-thought.svg"])
    assert.deepStrictEqual(again.artifacts.map(({ digest, path }) => [path, digest]), first.artifacts.map(({ digest, path }) => [path, digest]))
    const [run] = project(first).runs
    assert.deepStrictEqual([run!.kind, run!.artifacts.filter(({ path }) => path.startsWith("data/")).length], ["experiment", 8])
    const kept = first.artifacts.find(({ path }) => path === "data/kept.svg")!
    assert.strictEqual(kept.type, "image/svg+xml")
    assert.match(Buffer.from(kept.bytes()).toString(), /What a prefix keeps/u)
  })

  it("have a folder each where cells train on several data; of an older plan there are none", () => {
    const paths = stateOf([{ step: "a", name: "style=early" }, { step: "b", name: "style=late" }]).artifacts.map(({ path }) => path)
    assert.includeMembers(paths, ["data/style-early/advice.json", "data/style-late/advice.json", "data/style-late/kept.svg"])
    assert.deepStrictEqual(stateOf(undefined).artifacts, [])
  })
})
