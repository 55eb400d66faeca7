/** What docs/start.md tells a newcomer to write is right as it stands. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import { tensorflow } from "../../framework/engines/tfjs/tensorflow.ts"
import { resolveGrid } from "../../framework/plan/grid/expand-grid.ts"
import { checkPlugin, renderPluginReport } from "../../framework/plugin/check-plugin.ts"
import { load } from "../../framework/spec/load.ts"
import { fencesOf, page } from "./pages.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-start-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fences = fencesOf(page("docs/start.md").text)
const bodyOf = (info: string): string => fences.find((fence) => fence.info === info)!.body
const namesOf = async (text: string): Promise<ReadonlyArray<string>> => {
  const file = join(folder, "first.yaml")
  writeFileSync(file, text)
  return (await Effect.runPromise(Effect.flatMap(load(file), resolveGrid))).cells.map(({ name }) => name)
}

describe("docs/start.md", () => {
  it("has an experiment of three cells", async () => {
    assert.deepStrictEqual(await namesOf(bodyOf("yaml first.yaml")), ["ratio=0.35", "ratio=0.5", "ratio=1"])
  })

  it("grows it to six", async () => {
    const grown = bodyOf("yaml first.yaml").replace(/^grid:\n(?: .*\n)+/mu, bodyOf("yaml grown.yaml"))
    assert.strictEqual((await namesOf(grown)).length, 6)
  })

  it("has a loss that holds its checks, and prints what `plugin test` prints", async () => {
    const text = bodyOf("ts")
    const file = join(folder, /^\/\/ (\S+)/u.exec(text)![1]!)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    const report = await Effect.runPromise(checkPlugin(file, { cacheFolder: join(folder, "cache"), tensorflow }))
    assert.isTrue(report.ok, renderPluginReport(report))
    const shown = fences.find(({ body }) => body.startsWith("loss hellinger"))!.body
    const checks = (output: string) => output.split("\n").filter((line) => line.startsWith("ok ")).map((line) => line.split(/ {2,}/u)[1])
    assert.deepStrictEqual(checks(shown), checks(renderPluginReport(report)))
  })
})
