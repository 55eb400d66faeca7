/**
 * Every example with a `// =>` line is run: those in doc comments at the end of their own file, so that they see what it
 * has; those of pages as files of their own. What stands behind the arrow is an expression, compared by deep equality.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { extname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"
import { afterAll, assert, describe, it } from "vitest"
import { fencesOf, pages, root } from "./pages.ts"

interface Example {
  readonly file: string
  readonly line: number
  readonly code: string
}

interface Result {
  readonly place: string
  readonly actual: unknown
  readonly expected: unknown
}

const sources = ["framework", "plugins"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).map((name) => join(folder, name)))

/** Examples in the doc comments of a file. */
const inComments = (file: string): ReadonlyArray<Example> => {
  const text = readFileSync(join(root, file), "utf8")
  return [...text.matchAll(/^([ \t]*\*) ```ts\n([\s\S]*?)^\1 ```$/gmu)].map((match) => ({
    file, line: text.slice(0, match.index).split("\n").length + 1, code: match[2]!.replaceAll(/^[ \t]*\* ?/gmu, "")
  }))
}

const hasArrow = ({ code }: Example): boolean => code.includes("// =>")

const examples = [
  ...sources.flatMap(inComments),
  ...pages.flatMap(({ file, text }) => fencesOf(text).filter(({ info }) => info === "ts").map(({ body, line }) => ({ file, line, code: body })))
].filter(hasArrow)

const depthOf = (line: string): number => {
  const plain = line.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\/.*$/gu, "")
  return [...plain].reduce((depth, sign) => depth + ("([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0), 0)
}

/** Statements of an example; one with an arrow is compared with what stands behind it. Imports become local. */
const runnable = ({ code, file, line }: Example): string => {
  const statements: Array<string> = []
  let current = ""
  let depth = 0
  for (const [index, text] of code.split("\n").entries()) {
    const arrow = text.indexOf("// =>")
    const before = arrow < 0 ? text : text.slice(0, arrow)
    depth += depthOf(before)
    current += `${before}\n`
    if (depth > 0 || (arrow < 0 && current.trim() === "")) continue
    const isAlone = current.trim() === ""
    const expression = (isAlone ? statements.pop() ?? "" : current).trim()
    statements.push(arrow < 0
      ? expression.replace(/^import \{([^}]*)\} from ("[^"]+")$/u, (_, names: string, from: string) =>
        `const {${names.replaceAll(" as ", ": ")}} = await import(${from})`)
      : `results.push({ place: ${JSON.stringify(`${file}:${line + index}`)}, actual: (${expression}), expected: (${text.slice(arrow + 5)}) })`)
    current = ""
  }
  return `{\n${statements.join("\n")}\n}`
}

const folder = join(root, "node_modules", ".cache", `leadspan-examples-${process.pid}`)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const runAll = async (): Promise<ReadonlyArray<Result>> => {
  mkdirSync(folder, { recursive: true })
  const byFile = new Map(examples.map(({ file }) => [file, examples.filter((example) => example.file === file)]))
  const body = (file: string) => `\nexport const __examples = async () => { const results = []\n${byFile.get(file)!.map(runnable).join("\n")}\nreturn results }\n`
  const isPage = (file: string) => extname(file) === ".md"
  for (const file of byFile.keys()) if (isPage(file)) writeFileSync(join(folder, `${file.replaceAll("/", "-")}.ts`), body(file))
  const entries = [...byFile.keys()].map((file) => isPage(file) ? join(folder, `${file.replaceAll("/", "-")}.ts`) : join(root, file))
  const { metafile } = await build({
    absWorkingDir: root, entryPoints: entries, bundle: true, splitting: true, format: "esm", platform: "node", target: "node20", outdir: join(folder, "out"),
    outbase: root, metafile: true, logLevel: "error", alias: { leadspan: join(root, "framework/index.ts") }, external: ["@tensorflow/*", "esbuild", "vega", "vega-lite", "apache-arrow", "execa"],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    plugins: [{
      name: "examples-at-the-end",
      setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative(root, path)
        return byFile.has(file) ? { loader: "ts", contents: readFileSync(path, "utf8") + body(file) } : undefined
      })
    }]
  })
  // What an example imports becomes an output of its own, too.
  const isEntry = new Set(entries.map((file) => relative(root, file)))
  const outputs = Object.entries(metafile.outputs).filter(([, { entryPoint = "" }]) => isEntry.has(entryPoint)).map(([path]) => path)
  const results: Array<Result> = []
  for (const path of outputs) {
    const made = await import(pathToFileURL(join(root, path)).href) as { __examples: () => Promise<ReadonlyArray<Result>> }
    results.push(...await made.__examples())
  }
  return results
}

const results = await runAll()

describe("examples", () => {
  it("all of them are run", () => {
    const arrows = [...sources.map((file) => readFileSync(join(root, file), "utf8")), ...pages.flatMap(({ text }) => fencesOf(text).filter(({ info }) => info === "ts").map(({ body }) => body))]
      .join("\n").split("\n").filter((line) => /(?:^|\s)\/\/ => /u.test(line)).length
    assert.strictEqual(results.length, arrows)
    assert.isAbove(results.length, 20)
  })

  it.each(results.map((result) => [result.place, result] as const))("%s", (_, { actual, expected }) => {
    assert.deepStrictEqual(actual, expected)
  })
})
