/** Imports go one way. The tables are the rule; a file that breaks it is named with what it imports. */
import { readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const framework = join(root, "framework")

/**
 * What each folder may import besides itself: whole folders, or single files where only a contract is shared.
 * A file stands in place of its folder wherever the two must not know each other's insides.
 */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  statistics: [],
  // A data set's, truncation's or selector's shape is what a sequence is made by; threads that tokenise find derivations, too.
  sequence: ["plugin/define.ts", "derivation/find-derivation.ts"],
  losses: ["plugin/define.ts"],
  // The three words for segments are the spec's, too.
  spec: ["sequence/Segment.ts", "sequence/conventions.ts"],
  // A plugin's misspelt name is answered as a spec's misspelt key is; `leadspan` in a plugin is the public API.
  plugin: ["losses", "sequence/Segment.ts", "spec/did-you-mean.ts", "equivalence/equivalence.ts", "index.ts"],
  // Engines read and write the files that sequence knows (and its view of a whole trace), and run a recorded loss.
  engines: ["losses/LossProgram.ts", "losses/interpret-tfjs.ts", "sequence/Segment.ts", "sequence/Sequence.ts", "sequence/measures-file.ts",
    "sequence/prepared-file.ts", "sequence/view-file.ts", "sequence/view.ts"],
  // A journal's record of a cost, a device or a failure is the wire's; what became of the data is told as it was counted.
  journal: ["engines/Protocol.ts", "sequence/Tally.ts"],
  // Where in a thought the answer is first derived: as text, or as mathematics in workers that can be killed.
  equivalence: [],
  derivation: ["equivalence"],
  // Records of files and of the hub to traces; what is wrong with one is an error of its place.
  sources: ["plugin", "sequence", "derivation", "equivalence", "spec/schema/Data.ts", "spec/Json.ts", "spec/did-you-mean.ts"],
  // What the data say before any training; figures are drawn by the report's door.
  advice: ["sources", "sequence", "derivation", "equivalence", "statistics", "plugin", "analysis/report/html.ts", "analysis/report/style.ts",
    "analysis/report/figures/render.ts", "analysis/report/figures/ratio-figure.ts", "analysis/report/figures/series.ts"],
  // Answers in free text are found and compared as the grader and the derivation find and compare them.
  evaluation: ["engines/Task.ts", "journal/RecordedPlan.ts", "plugin/define.ts", "equivalence", "derivation/find-derivation.ts", "spec/schema/annotate.ts"],
  plan: ["spec", "sources", "equivalence/version.ts", "derivation", "advice", "sequence", "plugin", "statistics", "losses", "evaluation/grader.ts", "evaluation/items.ts", "journal/RecordedPlan.ts",
    "journal/store.ts", "engines/Engine.ts", "engines/Task.ts", "engines/registry.ts"],
  // A server that speaks OpenAI's completions generates what an engine's worker would, and is started by the one door for programs.
  endpoints: ["engines/Task.ts", "sequence", "runner/ProcessGroup.ts"],
  runner: ["plan", "journal", "endpoints", "evaluation", "engines/Engine.ts", "engines/Protocol.ts", "engines/Task.ts", "sequence"],
  tracking: ["journal", "statistics"],
  analysis: ["journal", "statistics"],
  // Set-up starts programs and writes files by the doors that there are.
  setup: ["runner/ProcessGroup.ts", "journal/durable.ts", "../package.json"],
  cli: ["spec", "plan", "runner", "sources", "derivation", "equivalence", "advice", "journal", "sequence", "plugin", "evaluation", "tracking", "analysis", "setup",
    "engines/Engine.ts", "engines/registry.ts", "engines/tfjs/inspect.ts", "engines/tfjs/tensorflow.ts"],
  "index.ts": ["plugin", "evaluation/free-text-answers.ts", "sequence/find-markers.ts", "spec/schema/annotate.ts"]
}

/** Packages that only one place may know: whoever needs what they do goes through it. */
const onlyIn: Readonly<Record<string, ReadonlyArray<string>>> = {
  "@tensorflow/tfjs-node-gpu": ["engines/tfjs/", "losses/interpret-tfjs.ts", "plugin/checks/", "setup/"],
  "@huggingface/hub": ["sources/"],
  "@huggingface/jinja": ["sequence/"],
  "@huggingface/tokenizers": ["sequence/"],
  "@duckdb/": ["sources/"],
  "@cortex-js/": ["equivalence/"],
  "apache-arrow": ["sequence/"],
  "effect/cli": ["cli/"],
  "effect/http": ["tracking/"],
  esbuild: ["plugin/bundle-plugin.ts", "setup/build.mjs"],
  execa: ["runner/ProcessGroup.ts"],
  // Before anything is built or installed there is no other door; MLflow's server outlives the process that starts it.
  // And a command that loads TensorFlow itself hands its own terminal to a child.
  "node:child_process": ["setup/", "tracking/server-process.ts", "cli/quiet.ts"],
  // A chat template (hostile input) is rendered under a time limit.
  "node:vm": ["sequence/jinja.ts"],
  jstat: ["statistics/"],
  vega: ["analysis/report/"],
  yaml: ["spec/"]
}

const sources = (folder: string): ReadonlyArray<string> => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const path = join(folder, entry.name)
  if (entry.isDirectory()) return sources(path)
  return /\.(ts|mjs)$/u.test(entry.name) ? [path] : []
})

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, "utf8").matchAll(/^\s*(?:import|export)\b[^"'`]*?\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*(?:\/\*.*?\*\/\s*)?"([^"]+)"/gmu)]
    .map(([, from, bare, dynamic]) => (from ?? bare ?? dynamic)!)

const folderOf = (path: string): string => path.split("/")[0]!

const isAllowed = (from: string, to: string): boolean =>
  folderOf(from) === folderOf(to) || (mayImport[folderOf(from)] ?? []).some((entry) => entry === to || entry === folderOf(to))

const isOf = (specifier: string, name: string): boolean =>
  name.endsWith("/") ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`) || specifier === `${name}-lite`

describe("architecture", () => {
  const files = sources(framework)
  const inside = files.map((path) => ({ file: relative(framework, path), imports: importsOf(path), folder: dirname(path) }))

  it("reads imports of every spelling", () => {
    assert.isAbove(files.length, 200)
    assert.isAbove(inside.flatMap(({ imports }) => imports).length, 600)
    assert.includeMembers([...importsOf(join(framework, "cli/tree.ts"))], ["effect", "./check.ts", "./plugin.ts"])
  })

  it("every folder has its line in the table, and every line its folder", () => {
    assert.deepStrictEqual([...new Set(inside.map(({ file }) => folderOf(file)))].sort(), Object.keys(mayImport).sort())
  })

  it("goes one way", () => {
    const wrong = inside.flatMap(({ file, folder, imports }) => imports.filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(framework, resolve(folder, specifier)))
      .filter((to) => !isAllowed(file, to)).map((to) => `${file} imports ${to}`))
    assert.deepStrictEqual(wrong, [])
  })

  it("has no line that nothing needs", () => {
    const used = new Set(inside.flatMap(({ file, folder, imports }) => imports.filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(framework, resolve(folder, specifier)))
      .flatMap((to) => [`${folderOf(file)} ${to}`, `${folderOf(file)} ${folderOf(to)}`])))
    const idle = Object.entries(mayImport).flatMap(([from, targets]) =>
      targets.filter((to) => to.endsWith(".ts") && !used.has(`${from} ${to}`)).map((to) => `${from}: ${to}`))
    assert.deepStrictEqual(idle, [])
  })

  it("packages are known where they are needed, and nowhere else", () => {
    const wrong = inside.flatMap(({ file, imports }) => imports.flatMap((specifier) => Object.entries(onlyIn)
      .filter(([name, places]) => isOf(specifier, name) && !places.some((place) => file.startsWith(place)))
      .map(() => `${file} imports ${specifier}`)))
    assert.deepStrictEqual(wrong, [])
  })

  it("plugins import leadspan and their own parts", () => {
    const folder = join(root, "plugins")
    const wrong = sources(folder).flatMap((path) => importsOf(path).filter((specifier) => {
      if (specifier === "leadspan" || specifier.startsWith("node:")) return false
      return !(specifier.startsWith(".") && !relative(folder, resolve(dirname(path), specifier)).startsWith(".."))
    }).map((specifier) => `${relative(root, path)} imports ${specifier}`))
    assert.deepStrictEqual(wrong, [])
  })

  it("no file is named for having no idea", () => {
    const all = [...files, ...sources(join(root, "plugins")), ...sources(join(root, "tests"))]
    const vague = all.filter((path) => /^(utils?|common|misc|helpers?|shared-utils)\b/iu.test(basename(path)) ||
      (/^index\.\w+$/u.test(basename(path)) && path !== join(framework, "index.ts")))
    assert.deepStrictEqual(vague.map((path) => relative(root, path)), [])
  })
})
