/** Every whole plugin in `docs/plugins.md` (a fence that begins with its path) loads and holds its checks. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { checkPlugin, renderPluginReport } from "../../../framework/plugin/check-plugin.ts"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const folder = temporaryFolder()
const page = readFileSync(join(import.meta.dirname, "../../../docs/plugins.md"), "utf8")
const fences = [...page.matchAll(/```ts\n\/\/ (plugins\/\S+\.ts)\n([\s\S]*?)```/g)].map((match) => ({ path: match[1]!, text: match[2]! }))

it("the page has a plugin of every kind but models", () => {
  assert.deepStrictEqual(fences.map(({ path }) => path.split("/")[1]), ["losses", "truncation", "selectors", "datasets", "formats", "transforms", "benchmarks", "benchmarks"])
})

for (const { path, text } of fences) {
  it.live(path, () =>
    Effect.gen(function*() {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      const report = yield* checkPlugin(file, { cacheFolder: join(folder, "cache"), tensorflow })
      assert.isTrue(report.ok, renderPluginReport(report))
    }))
}

it.live("the tables name those that ship", () =>
  Effect.gen(function*() {
    const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder: join(folder, "cache") })
    for (const [heading, kind] of [["Losses", "loss"], ["Truncation rules", "truncation"], ["Token selectors", "selector"], ["Transforms", "transform"]] as const) {
      const section = page.slice(page.indexOf(`\n## ${heading}\n`)).split("\n## ")[1]!
      const listed = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]!).sort()
      assert.deepStrictEqual(listed, (yield* registry.list(kind)).map(({ name }) => name), kind)
    }
  }))
