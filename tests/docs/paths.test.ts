/** Files that the pages name are there, and the layout in docs/design.md is the tree's. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { exists, fencesOf, page, root, type Span, spansOf } from "./pages.ts"

const folders = new Set(readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name))
const kept = ["framework", "plugins", "experiments", "docs", "tests", "results", ".ci"]

/** Paths in a piece of code that begin with one of the repository's folders; patterns and placeholders are left aside. */
const pathsIn = ({ text }: Span): ReadonlyArray<string> =>
  text.split(/[\s,;()"']+/u).filter((word) => kept.some((folder) => word.startsWith(`${folder}/`)) && !/[*<>{}$]|\b[A-Z]{3,}\b|\.\.\./u.test(word))
    .map((word) => word.replace(/:\d+$/u, "").replace(/[.:]$/u, ""))

const missing = (file: string): ReadonlyArray<string> => {
  const { text } = page(file)
  return spansOf(text).flatMap((span) => pathsIn(span).filter((path) => !exists(path)).map((path) => `${file}:${span.line}: there is no ${path}`))
}

describe("paths", () => {
  it.each(["docs/design.md", "docs/support.md", "docs/contributing.md"])("in %s exist", (file) => {
    assert.isAbove(spansOf(page(file).text).flatMap(pathsIn).length, 5)
    assert.deepStrictEqual(missing(file), [])
  })

  it("the layout names every folder of framework/, plugins/ and tests/, and no other", () => {
    const layout = fencesOf(page("docs/design.md").text).find(({ info }) => info === "text layout")!.body
    const listed = (folder: string): ReadonlyArray<string> => {
      const inside = new RegExp(`^${folder}/.*\\n((?:  .*\\n)*)`, "mu").exec(layout)?.[1] ?? ""
      return [...inside.matchAll(/^ {2}([a-z0-9-]+)\/ /gmu)].map((match) => match[1]!).sort()
    }
    for (const folder of ["framework", "plugins", "tests"]) {
      const real = readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && readdirSync(join(root, folder, entry.name)).length > 0).map(({ name }) => name).sort()
      assert.deepStrictEqual(listed(folder), real, folder)
    }
    for (const match of layout.matchAll(/^([a-z.]+)\/ /gmu)) assert.include([...folders, ".leadspan"], match[1])
  })

  it("what docs/support.md calls supported has its proof", () => {
    const rows = page("docs/support.md").text.split("\n").filter((line) => /^\| .* \| yes \|/u.test(line))
    assert.isAbove(rows.length, 30)
    assert.deepStrictEqual(rows.filter((row) => !/`[^`]+` \|$/u.test(row)), [])
  })
})
