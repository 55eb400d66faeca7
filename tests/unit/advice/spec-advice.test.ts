/** What a run keeps beside its results: the advice on its own data. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterAll, assert, it } from "vitest"
import type { Advice } from "../../../framework/advice/Advice.ts"
import { specAdviceFiles } from "../../../framework/cli/spec-advice.ts"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { findProject } from "../../../framework/setup/project.ts"
import { load } from "../../../framework/spec/load.ts"

const root = join(import.meta.dirname, "../../..")
const folder = mkdtempSync(join(tmpdir(), "leadspan-advice-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("is made from a spec alone: where the data set tells the derivation", async () => {
  const project = { ...findProject(root), cache: folder }
  const registry = makePluginRegistry({ folders: [join(root, "plugins")], cacheFolder: join(folder, "plugins") })
  const files = await Effect.runPromise(Effect.gen(function*() {
    const loaded = yield* load(join(root, "experiments/quickstart-late.yaml"), ["data.train=100"])
    return yield* specAdviceFiles(loaded, { project, registry })
  }) as Effect.Effect<ReadonlyArray<{ readonly path: string; readonly text: string }>>)
  assert.includeMembers(files.map(({ path }) => path), ["data/advice.json", "data/parts.svg", "data/derivation-sequence.svg", "data/kept.svg"])
  const advice = JSON.parse(files[0]!.text) as Advice
  assert.strictEqual(advice.samples, 100)
  assert.strictEqual(advice.recommendation!.ratio, "1")
  assert.deepStrictEqual(advice.warnings.map(({ code }) => code), ["late-reasoning"])
})
