/**
 * Bundles the framework into dist/. Plain JavaScript, since it runs before anything is built.
 *
 * Code splitting keeps one copy of `effect` and of Leadspan in a process: the command line, the public API that plugins
 * import and the worker share chunks. Commands are loaded lazily, so `--help` stays cheap.
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const sourceFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(path)
    return /\.(ts|mjs|json)$/.test(entry.name) ? [path] : []
  })

/** Digest of everything the bundle is made from. */
const sourceDigest = () => {
  const hash = createHash("sha256")
  for (const file of [...sourceFiles(join(root, "framework")), join(root, "package-lock.json")].sort()) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0")
  }
  return hash.digest("hex")
}

/**
 * `import { Effect } from "effect"` reads one part of it. Named by its part, so that a command does not load the rest, which
 * is there for plugins' sake.
 */
const partsOfEffect = {
  name: "parts-of-effect",
  setup: ({ onLoad }) => {
    const isPart = (name) => existsSync(join(root, "node_modules", "effect", "dist", `${name}.js`))
    const importOf = (name) => {
      const [part, alias] = name.split(" as ")
      return isPart(part) ? `import * as ${alias ?? part} from "effect/${part}"` : `import { ${name} } from "effect"`
    }
    onLoad({ filter: /framework.*\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replace(/^import \{([^}]*)\} from "effect"$/gm, (_, names) =>
        names.split(",").map((name) => name.trim()).filter((name) => name !== "" && !name.startsWith("type ")).map(importOf).join("; "))
    }))
  }
}

/** Builds unless dist/ already stands for the present sources. Returns whether anything was built. */
export const build = async () => {
  // An installed package ships dist/ without all of its sources: there is nothing to build there.
  if (!existsSync(join(root, "package-lock.json"))) return false
  const stamp = join(root, "dist", "source-digest")
  const digest = sourceDigest()
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return false
  const esbuild = await import("esbuild")
  const fresh = join(root, `dist.${process.pid}`)
  try {
    await bundle(esbuild, fresh)
    const { helpJson } = await import(pathToFileURL(join(fresh, "help-texts.js")).href)
    writeFileSync(join(fresh, "help.json"), await helpJson())
    writeFileSync(join(fresh, "source-digest"), digest)
    replaceDist(fresh)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return true
}

const bundle = (esbuild, outdir) => esbuild.build({
  absWorkingDir: root,
  entryPoints: {
    leadspan: "framework/cli/main.ts",
    "help-texts": "framework/cli/help-texts.ts",
    index: "framework/index.ts",
    effect: "framework/plugin/effect-entry.ts",
    "tokenise-worker": "framework/sequence/tokenise-worker.ts",
    "equivalence-worker": "framework/equivalence/equivalence-worker.ts",
    "worker-tfjs": "framework/engines/tfjs/worker.ts"
  },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  legalComments: "none",
  external: ["@tensorflow/*", "@cortex-js/*", "esbuild", "vega", "vega-lite", "apache-arrow", "@huggingface/*", "@duckdb/*", "execa", "ajv"],
  plugins: [partsOfEffect],
  define: { LEADSPAN_BUNDLED: "true" },
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: "error"
})

/** Puts a build in place of the last one. Another process may do the same at this moment: then either build stands there. */
const replaceDist = (fresh) => {
  const dist = join(root, "dist")
  // Declarations are emitted for packing only; what is there stays until then.
  if (existsSync(join(dist, "types"))) renameSync(join(dist, "types"), join(fresh, "types"))
  const old = `${dist}.old.${process.pid}`
  for (const [from, to] of [[dist, old], [fresh, dist]]) {
    try {
      renameSync(from, to)
    } catch (error) {
      if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(error.code)) throw error
    }
  }
  rmSync(old, { recursive: true, force: true })
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const started = Date.now()
  const built = await build()
  const bytes = readdirSync(join(root, "dist")).map((name) => statSync(join(root, "dist", name)).size).reduce((a, b) => a + b, 0)
  console.log(built ? `built dist/ (${(bytes / 1e6).toFixed(1)} MB) in ${((Date.now() - started) / 1000).toFixed(1)} s` : "dist/ is up to date")
}
