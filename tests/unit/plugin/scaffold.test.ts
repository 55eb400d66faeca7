import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { checkPlugin, renderPluginReport } from "../../../framework/plugin/check-plugin.ts"
import { scaffoldPlugin } from "../../../framework/plugin/scaffold.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const folder = temporaryFolder()
const options = { cacheFolder: join(folder, "cache"), tensorflow }

describe("scaffoldPlugin", () => {
  for (const kind of ["loss", "truncation", "selector", "dataset", "format", "transform", "benchmark"] as const) {
    it.live(`a new ${kind} holds its checks as written`, () =>
      Effect.gen(function*() {
        const { file, text } = yield* scaffoldPlugin(kind, "my-own", folder)
        assert.strictEqual(readFileSync(file, "utf8"), text)
        const report = yield* checkPlugin(file, options)
        assert.isTrue(report.ok, renderPluginReport(report))
      }))
  }

  it.live("a new model says which of its files are missing", () =>
    Effect.gen(function*() {
      const { file } = yield* scaffoldPlugin("model", "tiny/mine", folder)
      const report = yield* checkPlugin(file, options)
      assert.deepStrictEqual(report.rows.map(({ example, found, ok }) => [example, found, ok]), [
        ["tokenizer.json", "missing", false], ["tokenizer_config.json", "missing", false],
        ["config.json, model.safetensors", "neither", true]
      ])
    }))

  it.live("never overwrites, and refuses names that are none", () =>
    Effect.gen(function*() {
      yield* scaffoldPlugin("loss", "twice", folder)
      assert.match((yield* Effect.flip(scaffoldPlugin("loss", "twice", folder))).message, /losses\/twice\.ts {2}exists {2}is there already/)
      for (const name of ["../up", "Upper", "", "a b", "/etc/x"]) {
        assert.match((yield* Effect.flip(scaffoldPlugin("loss", name, folder))).message, /is no name for a plugin, expected a name in lower-case kebab-case/)
      }
    }))
})
