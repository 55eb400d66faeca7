import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const folder = temporaryFolder()
const cacheFolder = join(folder, "cache")

const truncation = (name: string) => `import { defineTruncation, Schema } from "leadspan"
export default defineTruncation({ name: "${name}", options: Schema.Struct({}), span: () => [0, 1], examples: [] })
`
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

write("a/truncation/halves.ts", truncation("halves"))
write("a/truncation/halves/part.ts", "export const part = 1\n")
write("a/truncation/halves.test.ts", "not a plugin")
write("a/truncation/types.d.ts", "not a plugin")
write("a/truncation/deep/er.ts", truncation("deep/er"))
write("a/losses/broken.ts", "this is no TypeScript")
write("b/truncation/thirds.ts", truncation("thirds"))
write("b/losses/misplaced.ts", truncation("misplaced"))
write("c/truncation/thirds.ts", truncation("thirds"))
write("elsewhere/mine.ts", truncation("mine"))

const registryOf = (...names: ReadonlyArray<string>) =>
  makePluginRegistry({ folders: names.map((name) => join(folder, name)), cacheFolder })

const messageOf = <A, E extends { readonly message: string }>(effect: Effect.Effect<A, E>) =>
  Effect.flip(effect).pipe(Effect.map((error) => error.message.replaceAll(folder, "FOLDER")))

describe("PluginRegistry", () => {
  it.live("lists names of all folders without loading anything, parts and tests left out", () =>
    Effect.gen(function*() {
      const registry = registryOf("a", "b", "absent", "a")
      assert.deepStrictEqual((yield* registry.list("truncation")).map(({ name }) => name), ["halves", "deep/er", "thirds"])
      assert.deepStrictEqual((yield* registry.list("loss")).map(({ name }) => name), ["broken", "misplaced"])
      assert.deepStrictEqual(yield* registry.list("dataset"), [])
    }))

  it.live("loads by name, and by a path relative to the spec", () =>
    Effect.gen(function*() {
      const registry = registryOf("a", "b")
      assert.strictEqual((yield* registry.get("truncation", "deep/er")).name, "deep/er")
      assert.strictEqual((yield* registry.get("truncation", "./mine.ts", join(folder, "elsewhere"))).name, "mine")
      assert.strictEqual((yield* registry.get("truncation", "../elsewhere/mine.ts", join(folder, "a"))).name, "mine")
      assert.strictEqual(yield* registry.get("truncation", "halves"), yield* registry.get("truncation", "halves"))
    }))

  it.live("suggests a name, or says which there are", () =>
    Effect.gen(function*() {
      const registry = registryOf("a", "b")
      assert.strictEqual(yield* messageOf(registry.get("truncation", "halfs")), `unknown-plugin  no truncation is called "halfs". Did you mean "halves"?`)
      assert.strictEqual(yield* messageOf(registry.get("truncation", "quarters")),
        `unknown-plugin  no truncation is called "quarters". Known: halves, deep/er, thirds. A new one is a file truncation/quarters.ts in a plugins folder.`)
      assert.strictEqual(yield* messageOf(registry.get("selector", "__proto__")),
        `unknown-plugin  no selector is called "__proto__". Known: none. A new one is a file selectors/__proto__.ts in a plugins folder.`)
    }))

  it.live("refuses a name that two folders give, and a file of another kind", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* messageOf(registryOf("b", "c").get("truncation", "thirds")),
        `FOLDER/c/truncation/thirds.ts  duplicate-plugin  truncation "thirds" is also FOLDER/b/truncation/thirds.ts: rename one of them, file and name`)
      assert.strictEqual(yield* messageOf(registryOf("b").get("loss", "misplaced")),
        `FOLDER/b/losses/misplaced.ts  wrong-kind  is a truncation plugin, expected a loss: truncation plugins lie in plugins/truncation/`)
      assert.match(yield* messageOf(registryOf("a").get("loss", "broken")), /broken\.ts:1:6 {2}syntax/)
    }))
})
