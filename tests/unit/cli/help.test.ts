/** Help is written down when the command line is built: it must be that of the tree of commands. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { commandPaths, helpTexts } from "../../../framework/cli/help-texts.ts"

describe("help", () => {
  it.live("is there for every command, plain and coloured", () => Effect.gen(function*() {
    const texts = yield* helpTexts
    assert.deepStrictEqual(Object.keys(texts), commandPaths.map((path) => path.join(" ")))
    assert.includeMembers(Object.keys(texts), ["", "run", "plugin new", "model inspect"])
    for (const [path, { coloured, plain }] of Object.entries(texts)) {
      assert.match(plain, new RegExp(`USAGE\\n {2}leadspan ${path}`, "u"))
      assert.strictEqual(coloured.replaceAll(/\u001b\[\d+m/gu, ""), plain)
      assert.notStrictEqual(coloured, plain)
    }
    assert.match(texts["run"]!.plain, /--max-hours/u)
  }))
})
