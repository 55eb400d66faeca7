/** No text of the repository names a machine's folders or a package registry's host. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { extname, join, relative } from "node:path"
import { assert, it } from "vitest"
import { root } from "./pages.ts"

const forbidden = [/(?<![\w.~-])\/(?:work|root|home)\/[\w.]/u, /registry\.npmjs/u, /\bpypi\.org/u, /files\.pythonhosted/u]
const binary = new Set([".safetensors", ".arrow", ".png", ".bin"])

/** Files that belong to the project: those that git keeps or would keep. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n").filter((name) => name !== "" && !binary.has(extname(name)) && name !== relative(root, import.meta.filename))

it("names no folder of a machine and no registry", () => {
  assert.isAbove(files.length, 300)
  const found = files.flatMap((name) => {
    let text: string
    try {
      text = readFileSync(join(root, name), "utf8")
    } catch {
      return [] // deleted since, or a link to nothing
    }
    return text.split("\n").flatMap((line, index) => forbidden.flatMap((pattern) => {
      const match = pattern.exec(line)
      return match === null ? [] : [`${name}:${index + 1}: ${match[0]}`]
    }))
  })
  assert.deepStrictEqual(found, [])
})
