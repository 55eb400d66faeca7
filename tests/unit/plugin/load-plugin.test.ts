import { assert, describe, it } from "@effect/vitest"
import * as effect from "effect"
import { Effect, Result } from "effect"
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as leadspan from "../../../framework/index.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { checkPlugin } from "../../../framework/plugin/check-plugin.ts"
import type { LossPlugin } from "../../../framework/plugin/define.ts"
import { loadPlugin } from "../../../framework/plugin/load-plugin.ts"
import { decodeOptions } from "../../../framework/plugin/options.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const folder = temporaryFolder()
const cacheFolder = join(folder, "cache")

const write = (name: string, text: string): string => {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const lossText = (name: string, fields = "") => `import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "${name}",
  options: Schema.Struct({ weight: Schema.Finite }),
  temperatureScale: "1",
  linearInTeacher: false,
  perToken: (op, { student_TS }, { weight }) => op.scale(op.sumLast(op.square(student_TS)), weight),
  examples: [{ options: { weight: 1 }, student: [[0, 0]], teacher: [[0, 0]], perToken: [0.9609060278364028] }]${fields}
})
`

const loadError = (file: string) =>
  Effect.flip(loadPlugin(file, cacheFolder)).pipe(Effect.map((error) => error.message.replaceAll(folder, "FOLDER")))

describe("loadPlugin", () => {
  it.live("loads a file outside the repository with the copies of leadspan and effect that this process runs", () =>
    Effect.gen(function*() {
      const file = write("copies.ts", `import * as effect from "effect"
import { Schema as member } from "effect"
import * as schema from "effect/Schema"
import * as leadspan from "leadspan"
export const seen = { effect: effect.Effect, schema: schema.Struct, member, leadspan: leadspan.defineLoss, reexported: leadspan.Schema }
;(globalThis as any).copiesSeen = seen
export default leadspan.defineTruncation({ name: "copies", options: leadspan.Schema.Struct({}), span: () => [0, 1], examples: [] })
`)
      const { plugin } = yield* loadPlugin(file, cacheFolder)
      const seen = (globalThis as unknown as { copiesSeen: Record<string, unknown> }).copiesSeen
      assert.strictEqual(plugin.kind, "truncation")
      assert.strictEqual(seen["effect"], effect.Effect)
      assert.strictEqual(seen["schema"], effect.Schema.Struct)
      assert.strictEqual(seen["member"], effect.Schema)
      assert.strictEqual(seen["reexported"], effect.Schema)
      assert.strictEqual(seen["leadspan"], leadspan.defineLoss)
    }))

  it.live("decodes options by the plugin's own schema", () =>
    Effect.gen(function*() {
      const { plugin } = yield* loadPlugin(write("mine.ts", lossText("mine")), cacheFolder)
      const loss = plugin as LossPlugin
      assert.deepStrictEqual(Result.getOrThrow(decodeOptions(loss, { weight: 2 })), { weight: 2 })
      const failure = Result.getFailure(decodeOptions(loss, { weight: "two", wieght: 1 }))
      assert.deepStrictEqual(effect.Option.getOrThrow(failure).map(({ path }) => path).sort(), [["weight"], ["wieght"]])
    }))

  it.live("bundles again only when a file of the plugin has changed", () =>
    Effect.gen(function*() {
      const modules = () => readdirSync(cacheFolder).filter((name) => /^(changing|part).*\.mjs$/.test(name)).length
      write("changing/part.ts", "export const span = [0, 1] as const\n")
      const text = `import { defineTruncation, Schema } from "leadspan"
import { span } from "./changing/part.ts"
export default defineTruncation({ name: "changing", options: Schema.Struct({}), span: () => span, examples: [] })
`
      const file = write("changing.ts", text)
      const spanOf = Effect.map(loadPlugin(file, cacheFolder), ({ plugin }) => (plugin as any).span())
      assert.deepStrictEqual([yield* spanOf, yield* spanOf, modules()], [[0, 1], [0, 1], 1])
      write("changing/part.ts", "export const span = [0, 2] as const\n")
      assert.deepStrictEqual([yield* spanOf, modules()], [[0, 2], 2])
      // a damaged module is not run, but made anew
      for (const name of readdirSync(cacheFolder).filter((name) => /^changing.*\.mjs$/.test(name))) writeFileSync(join(cacheFolder, name), "broken(")
      const found = yield* Effect.exit(spanOf)
      assert.strictEqual(found._tag, "Success")
    }))

  it.live("places syntax errors", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* loadError(write("syntax.ts", `import { defineLoss } from "leadspan"\nexport default defineLoss({\n  name: "syntax" "x"\n})\n`)),
        `FOLDER/syntax.ts:3:18  syntax  Expected "}" but found "\\"x\\""
  3 |   name: "syntax" "x"
    |                  ^^^`)
    }))

  it.live("places imports that do not exist, with a suggestion", () =>
    Effect.gen(function*() {
      assert.match(yield* loadError(write("misspelt.ts", `import { defineLos } from "leadspan"\nexport default defineLos({})\n`)),
        /^FOLDER\/misspelt\.ts:1:10 {2}import {2}No matching export .*"defineLos".*\n {2}1 \| import/)
      assert.match(yield* loadError(write("absent.ts", `import { x } from "./nowhere.ts"\nexport default x\n`)),
        /^FOLDER\/absent\.ts:1:19 {2}import {2}Could not resolve "\.\/nowhere\.ts"/)
      assert.match(yield* loadError(write("inside.ts", `import { x } from "leadspan/framework/plan/ids.ts"\nexport default x\n`)),
        /^FOLDER\/inside\.ts:1:19 {2}import {2}"leadspan\/framework\/plan\/ids\.ts" is not open to plugins, expected "leadspan" or "effect"/)
    }))

  it.live("places what is thrown while loading", () =>
    Effect.gen(function*() {
      assert.match(yield* loadError(write("throws.ts", `interface A { readonly b: string }\n\nconst a: A = { b: "x" }\nthrow new Error(\`no \${a.b}\`)\n`)),
        /^FOLDER\/throws\.ts:4:7 {2}evaluation {2}threw while being loaded: no x\n {2}4 \| throw new Error/)
    }))

  it.live("finds every fault of a default export's shape, in its line", () =>
    Effect.gen(function*() {
      const text = `import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "Bad Name",
  options: { beta: 1 } as any,
  temperatureScale: "T" as any,
  pertoken: () => 1,
  examples: []
} as any)
`
      assert.strictEqual(yield* loadError(write("bad.ts", text)),
        `FOLDER/bad.ts:4:3  shape  defineLoss: name is "Bad Name", expected a name in lower-case kebab-case
  4 |   name: "Bad Name",
    |   ^^^^
FOLDER/bad.ts:5:3  shape  defineLoss: options is an object, expected a Schema, such as Schema.Struct({})
  5 |   options: { beta: 1 } as any,
    |   ^^^^^^^
FOLDER/bad.ts:6:3  shape  defineLoss: temperatureScale is "T", expected "1" or "T^2"
  6 |   temperatureScale: "T" as any,
    |   ^^^^^^^^^^^^^^^^
FOLDER/bad.ts:3:1  shape  defineLoss: linearInTeacher is nothing, expected true or false
  3 | export default defineLoss({
    | ^^^^^^^^^^^^^^
FOLDER/bad.ts:3:1  shape  defineLoss: perToken is nothing, expected a function
  3 | export default defineLoss({
    | ^^^^^^^^^^^^^^
FOLDER/bad.ts:7:3  shape  defineLoss: unknown key pertoken; did you mean perToken?
  7 |   pertoken: () => 1,
    |   ^^^^^^^^`)
    }))

  it.live("refuses other default exports, none, another name than the file's, a folder, and nothing at all", () =>
    Effect.gen(function*() {
      assert.match(yield* loadError(write("number.ts", "export default 5\n")), /number\.ts:1:1 {2}shape {2}the default export is 5, expected what one of defineDataset, /)
      assert.match(yield* loadError(write("none.ts", "export const x = 5\n")), /none\.ts:1:1 {2}shape {2}no default export, expected one made by defineDataset, /)
      assert.match(yield* loadError(write("other.ts", lossText("mine"))), /other\.ts:4:3 {2}name {2}defineLoss: the name is "mine", but the file's is not: expected a path ending in mine\.ts/)
      assert.match(yield* loadError(folder), /unreadable {2}is no file, expected a plugin's TypeScript file/)
      assert.match(yield* loadError(join(folder, "gone.ts")), /gone\.ts {2}unreadable {2}cannot be read \(ENOENT\), expected/)
    }))

  it.live("an error in a plugin's function is placed in its source", () =>
    Effect.gen(function*() {
      const file = write("thrower.ts", lossText("thrower").replace("op.scale(op.sumLast(op.square(student_TS)), weight)", "{\n    throw new Error(\"not yet\")\n  }"))
      const report = yield* checkPlugin(file, { cacheFolder, tensorflow })
      assert.isFalse(report.ok)
      assert.match(report.rows.find(({ ok }) => !ok)!.found, /thrower\.ts:9:11 not yet/)
    }))
})
