/** The changelog begins with the version that this is; what is not released yet may stand above it. */
import { assert, it } from "vitest"
import manifest from "../../package.json" with { type: "json" }
import { page } from "./pages.ts"

it("names the present version first, below what is not released yet", () => {
  assert.strictEqual(/^## (?!Unreleased)(\S+)/mu.exec(page("CHANGELOG.md").text)?.[1], manifest.version)
})
