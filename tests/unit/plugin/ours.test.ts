/** Every plugin that ships holds its checks, through the door that anyone's plugin uses. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { checkPlugin, renderPluginReport } from "../../../framework/plugin/check-plugin.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { kindNames } from "../../../framework/plugin/kinds.ts"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const cacheFolder = temporaryFolder()
const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder })

for (const kind of kindNames) {
  it.live(`our ${kind} plugins hold their checks`, () =>
    Effect.gen(function*() {
      for (const { file, name } of yield* registry.list(kind)) {
        const report = yield* checkPlugin(file, { cacheFolder, tensorflow })
        assert.deepStrictEqual([report.kind, report.name], [kind, name])
        assert.isTrue(report.ok, renderPluginReport(report))
      }
    }))
}

it.effect("the losses and policies that ship", () =>
  Effect.gen(function*() {
    const names = (entries: ReadonlyArray<{ readonly name: string }>) => entries.map(({ name }) => name)
    assert.deepStrictEqual(names(yield* registry.list("loss")),
      ["combined-kl", "forward-kl", "js", "reverse-kl", "skew-kl", "skew-reverse-kl", "tvd"])
    assert.deepStrictEqual(names(yield* registry.list("truncation")),
      ["derivation", "first", "last", "middle", "random-budget", "sentence", "thought", "tokens"])
    assert.deepStrictEqual(names(yield* registry.list("selector")),
      ["divergence", "marker-class", "ramp", "random", "segment-weights", "student-entropy", "teacher-entropy"])
    assert.deepStrictEqual(names(yield* registry.list("transform")), ["corrupt-digits", "delete-steps", "shuffle-steps"])
  }))
