/**
 * The command line as its users have it: built, in a folder of its own (a build that happens meanwhile does not touch it),
 * run as a process in a project of its own.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

export const repository = join(import.meta.dirname, "../..")

/** A port of this machine on which nobody answers. */
export const nobody = "http://127.0.0.1:9911"

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** what it has printed so far */
  readonly output: () => string
}

export interface Project {
  readonly root: string
  readonly write: (name: string, text: string | Uint8Array) => string
  readonly start: (args: ReadonlyArray<string>, environment?: NodeJS.ProcessEnv) => Running
  readonly run: (args: ReadonlyArray<string>, environment?: NodeJS.ProcessEnv) => Promise<Ended>
  /** every file below `.leadspan` but the cache, with its size and time of change */
  readonly kept: () => ReadonlyArray<string>
}

export interface Installation {
  readonly folder: string
  readonly project: (name: string) => Project
  readonly remove: () => void
}

const filesBelow = (folder: string, prefix = ""): ReadonlyArray<string> => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const name = `${prefix}${entry.name}`
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return [`${name}/`, ...filesBelow(path, `${name}/`)]
      const { mtimeMs, size } = statSync(path)
      return [`${name} ${size} ${mtimeMs}`]
    }).sort()
  } catch {
    return []
  }
}

const makeProject = (program: string, root: string): Project => {
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, "package.json"), "{}\n")
  const start: Project["start"] = (args, environment = {}) => {
    const started = performance.now()
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root, stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MLFLOW_TRACKING_URI: nobody, NO_COLOR: "1", ...environment }
    })
    const chunks = { stdout: "", stderr: "" }
    child.stdout.on("data", (data) => { chunks.stdout += String(data) })
    child.stderr.on("data", (data) => { chunks.stderr += String(data) })
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code, signal) => resolve({ code, signal, ...chunks, seconds: (performance.now() - started) / 1000 }))
    })
    return { process: child, ended, output: () => chunks.stdout + chunks.stderr }
  }
  return {
    root, start,
    run: (args, environment) => start(args, environment).ended,
    write: (name, text) => {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
      return join(root, name)
    },
    kept: () => filesBelow(join(root, ".leadspan")).filter((name) => !name.startsWith("cache/"))
  }
}

/** Builds, and lays what a package holds into a folder beside links to its dependencies. */
export const install = async (): Promise<Installation> => {
  const { build } = await import("../../framework/setup/build.mjs" as string) as { build: () => Promise<boolean> }
  await build()
  const folder = mkdtempSync(join(tmpdir(), "leadspan-e2e-"))
  const packaged = join(folder, "package")
  for (const name of ["dist", "plugins", "package.json"]) cpSync(join(repository, name), join(packaged, name), { recursive: true })
  symlinkSync(join(repository, "node_modules"), join(packaged, "node_modules"))
  return {
    folder,
    project: (name) => makeProject(join(packaged, "dist", "leadspan.js"), join(folder, name)),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** The smallest model there is that can be trained, as a spec's `init:`. */
export const smallModel = {
  model_type: "llama", hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 2, intermediate_size: 32,
  vocab_size: vocabularySize(), max_position_embeddings: 512, rope_theta: 1000, rms_norm_eps: 1e-6, tie_word_embeddings: true, hidden_act: "silu"
}

function vocabularySize(): number {
  const config = JSON.parse(readFileSync(join(repository, "plugins/models/tiny/teacher/config.json"), "utf8")) as { vocab_size: number }
  return config.vocab_size
}

const inline = (value: unknown): string => JSON.stringify(value)

/** A spec that is good and small; top-level sections can be replaced (as YAML text) or taken out (null). */
export const specText = (sections: Readonly<Record<string, string | null>> = {}): string => {
  const all: Record<string, string | null> = {
    experiment: "small",
    student: inline({ init: smallModel, seed: 1, tokenizer: "tiny/tokenizer" }),
    data: "{ source: chain-arithmetic, train: 40, validation: 8 }",
    train: "{ steps: 4, learningRate: 1e-3, batch: { sequences: 4 } }",
    ...sections
  }
  return Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\n`).join("")
}
