/** Commands that pages, recipes and messages name exist, with their flags. */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { assert, describe, it } from "vitest"
import { tree } from "../../framework/cli/tree.ts"
import manifest from "../../package.json" with { type: "json" }
import { codeLinesOf, pages, root, type Span, spansOf } from "./pages.ts"

interface Documented {
  readonly name: string
  readonly subcommands: ReadonlyArray<{ readonly commands: ReadonlyArray<Documented> }>
  readonly buildHelpDoc: (path: ReadonlyArray<string>) => { readonly flags: ReadonlyArray<{ readonly name: string }> }
}

const everywhere = ["help", "version", "log-level", "completions", "wizard"]

/** What is wrong with the words after `leadspan`; null where nothing is. */
const faultOf = (words: ReadonlyArray<string>): string | null => {
  let command = tree as unknown as Documented
  let rest = words
  for (;;) {
    const below = command.subcommands.flatMap(({ commands }) => commands)
    if (below.length === 0) break
    const [name, ...after] = rest
    if (name === undefined || name.startsWith("-")) break
    const next = below.find((candidate) => candidate.name === name)
    if (next === undefined) return `there is no command \`${name}\` in \`${command.name}\``
    command = next
    rest = after
  }
  const flags = new Set([...command.buildHelpDoc([command.name]).flags.map(({ name }) => name), ...everywhere])
  const unknown = rest.filter((word) => /^\[?--[a-z]/u.test(word)).map((word) => word.replace(/^\[?--/u, "").replace(/[=\]].*$/u, ""))
    .find((flag) => !flags.has(flag))
  return unknown === undefined ? null : `\`${command.name}\` has no flag --${unknown}`
}

/** The commands of a piece of code: what stands behind `leadspan`, up to a comment or the next command. */
const commandsIn = (code: string): ReadonlyArray<ReadonlyArray<string>> =>
  [...code.replace(/\s#\s.*$/u, "").matchAll(/(?:^|[\s(;&])(?:npx |npm exec --no -- )?leadspan((?: +[^\s;&|#)]+)*)/gu)]
    .map((match) => match[1]!.trim().split(/ +/u).filter((word) => word !== ""))
    .filter(([first]) => first !== undefined && /^[a-z-]+$/u.test(first))

const faults = (file: string, pieces: ReadonlyArray<Span>): ReadonlyArray<string> =>
  pieces.flatMap(({ line, text }) => commandsIn(text).flatMap((words) => {
    const fault = faultOf(words)
    return fault === null ? [] : [`${file}:${line}: ${fault}`]
  }))

const filesUnder = (folder: string, ending: RegExp): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) => ending.test(name)).map((name) => join(folder, name))

describe("commands", () => {
  it("are told from other words", () => {
    assert.deepStrictEqual(commandsIn("npx leadspan run a.yaml --only 3  # leadspan is it"), [["run", "a.yaml", "--only", "3"]])
    assert.isNull(faultOf(["plugin", "new", "loss", "mine"]))
    assert.strictEqual(faultOf(["plan", "a.yaml", "--fast"]), "`plan` has no flag --fast")
    assert.strictEqual(faultOf(["model", "melt"]), "there is no command `melt` in `model`")
  })

  it("of the pages exist", () => {
    const pieces = pages.map(({ file, text }) => ({ file, pieces: [...spansOf(text), ...codeLinesOf(text).filter(({ text: line }) => /^(?:\$ |npx |npm exec )/u.test(line))] }))
    assert.isAbove(pieces.flatMap(({ pieces: found }) => found.flatMap(({ text }) => commandsIn(text))).length, 30)
    assert.deepStrictEqual(pieces.flatMap((one) => faults(one.file, one.pieces)), [])
  })

  it("of recipes and messages exist", () => {
    const files = [...filesUnder("framework", /\.(?:ts|mjs)$/u), ...filesUnder("experiments", /\.yaml$/u)]
    const wrong = files.flatMap((file) => {
      const lines = readFileSync(join(root, file), "utf8").split("\n")
      return faults(relative(root, join(root, file)), lines.flatMap((line, index) =>
        [...line.matchAll(/npx leadspan[^"`\n]*/gu)].map((match) => ({ text: match[0], line: index + 1 }))))
    })
    assert.deepStrictEqual(wrong, [])
  })

  it("of npm are scripts", () => {
    const scripts = new Set(Object.keys(manifest.scripts))
    const wrong = pages.flatMap(({ file, text }) => [...spansOf(text), ...codeLinesOf(text)].flatMap(({ line, text: code }) =>
      [...code.matchAll(/\bnpm run ([a-z:]+)/gu)].filter((match) => !scripts.has(match[1]!)).map((match) => `${file}:${line}: ${match[0]}`)))
    assert.deepStrictEqual(wrong, [])
  })
})
