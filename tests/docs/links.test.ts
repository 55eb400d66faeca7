/** Links between pages lead somewhere: the file is there, and the heading in it. */
import { join, normalize } from "node:path"
import { assert, it } from "vitest"
import { anchorsOf, exists, linksOf, pages } from "./pages.ts"

it("every relative link leads to a file, and its anchor to a heading", () => {
  const broken = pages.flatMap(({ file, text }) => linksOf(text).flatMap(({ line, text: target }) => {
    if (/^[a-z]+:/u.test(target)) return []
    const [path = "", anchor] = target.split("#")
    const to = path === "" ? file : normalize(join(file, "..", path))
    if (!exists(to)) return [`${file}:${line}: ${target}: there is no ${to}`]
    const other = pages.find((page) => page.file === to)
    return anchor === undefined || (other !== undefined && anchorsOf(other.text).has(anchor)) ? [] : [`${file}:${line}: ${target}: ${to} has no such heading`]
  }))
  assert.deepStrictEqual(broken, [])
})
