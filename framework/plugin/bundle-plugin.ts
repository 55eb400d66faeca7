/**
 * Bundles a plugin's file into one ES module in the cache folder. The module is named by its content; a small record by
 * the plugin's path says which files it was made from, so that an unchanged plugin is not bundled again.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { BuildFailure, Message, Plugin as EsbuildPlugin } from "esbuild"
import { PluginError, problem } from "./PluginError.ts"
import { sharedModuleText, sharedNames, type SharedModules } from "./shared-modules.ts"

/** Raised when a bundle is made in another way: older ones are then made anew. */
const bundleFormat = 1

const digest = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex")

interface BundleRecord { readonly inputs: Readonly<Record<string, string>>; readonly output: string }

const shared = (modules: SharedModules): EsbuildPlugin => ({
  name: "leadspan-shared-modules",
  setup(build) {
    build.onResolve({ filter: /^(leadspan|effect)(\/|$)/ }, ({ path }) =>
      sharedModuleText(path, modules) === null
        ? { errors: [{ text: `"${path}" is not open to plugins, expected "leadspan" or "effect"` }] }
        : { path, namespace: "leadspan-shared", sideEffects: false })
    build.onLoad({ filter: /.*/, namespace: "leadspan-shared" }, ({ path }) => ({ contents: sharedModuleText(path, modules)!, loader: "js" }))
  }
})

const problemOf = (file: string) => ({ location, notes, text }: Message) =>
  problem({
    code: /resolve|No matching export|not open to plugins/.test(text) ? "import" : "syntax",
    file: location === null || location.file === "" ? file : resolve(dirname(file), location.file),
    message: [text, ...notes.filter((note) => /did you mean/i.test(note.text)).map((note) => note.text)].join(" "),
    ...(location === null ? {} : { line: location.line, column: location.column + 1, source: location.lineText, length: location.length })
  })

/** Written beside its name and renamed, so that another process never reads half a file. */
const writeWhole = (path: string, text: string) => {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

const remembered = (recordPath: string): string | null => {
  if (!existsSync(recordPath)) return null
  try {
    const { inputs, output } = JSON.parse(readFileSync(recordPath, "utf8")) as BundleRecord
    const isCurrent = Object.entries(inputs).every(([path, known]) => existsSync(path) && digest(readFileSync(path)) === known)
    const path = join(dirname(recordPath), output)
    return isCurrent && output.endsWith(`${digest(readFileSync(path))}.mjs`) ? path : null
  } catch {
    return null // a damaged cache is made anew
  }
}

/**
 * Path of the bundled module of a plugin's file.
 * @throws PluginError with the place of each fault that the bundler finds
 */
export const bundlePlugin = async (file: string, cacheFolder: string, modules: SharedModules): Promise<string> => {
  mkdirSync(cacheFolder, { recursive: true })
  const recordPath = join(cacheFolder, `${digest(`${bundleFormat}\0${file}\0${sharedNames(modules)}`)}.json`)
  const known = remembered(recordPath)
  if (known !== null) return known
  const esbuild = await import("esbuild")
  const folder = dirname(file)
  try {
    const { metafile, outputFiles } = await esbuild.build({
      absWorkingDir: folder, entryPoints: [file], bundle: true, write: false, metafile: true, format: "esm", platform: "node", target: "node20",
      outfile: "plugin.mjs", sourcemap: "external", sourcesContent: false, tsconfigRaw: {}, logLevel: "silent", plugins: [shared(modules)]
    })
    const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text
    const text = textOf("plugin.mjs")
    const output = `${basename(file).replace(/\.\w+$/, "")}-${digest(text)}.mjs`
    const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith("leadspan-shared:")).map((path) => resolve(folder, path))
    writeWhole(join(cacheFolder, `${output}.map`), textOf(".map"))
    writeWhole(join(cacheFolder, output), text)
    const record: BundleRecord = { inputs: Object.fromEntries(inputs.map((path) => [path, digest(readFileSync(path))])), output }
    writeWhole(recordPath, JSON.stringify(record))
    return join(cacheFolder, output)
  } catch (error) {
    const { errors } = error as BuildFailure
    if (!Array.isArray(errors)) throw error
    throw new PluginError({ problems: errors.map(problemOf(file)) })
  }
}
