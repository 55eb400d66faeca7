/** The tfjs engine's worker as a real process, bundled for the test into a folder from which its libraries are found. */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { Schema } from "effect"
import { type Cost, Event } from "../../framework/engines/Protocol.ts"
import type { Task } from "../../framework/engines/Task.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

export interface Bundle {
  readonly file: string
  readonly remove: () => void
}

/** Bundles a TypeScript entry of the repository. */
export const bundle = async (entry: string): Promise<Bundle> => {
  const cache = join(root, "node_modules", ".cache")
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, "leadspan-test-"))
  const file = join(folder, "entry.mjs")
  await build({
    absWorkingDir: root, entryPoints: [entry], outfile: file, bundle: true, format: "esm", platform: "node", target: "node20",
    external: ["@tensorflow/*", "apache-arrow"], logLevel: "error",
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" }
  })
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export const oneThread = {
  TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2"
}

const decodeEvent = Schema.decodeUnknownSync(Schema.fromJsonString(Event))

export interface TaskEnd {
  readonly end: Extract<Event, { readonly type: "done" | "failed" | "stopped" }>
  readonly events: ReadonlyArray<Event>
}

export interface WorkerProcess {
  readonly ready: Promise<Extract<Event, { readonly type: "ready" }>>
  /** Runs a task to its end; `onEvent` sees what comes before. */
  readonly run: (task: Task, onEvent?: (event: Event, process: WorkerProcess) => void) => Promise<TaskEnd>
  readonly send: (text: string) => void
  readonly signal: (signal: NodeJS.Signals) => void
  readonly closeInput: () => void
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  readonly log: () => string
}

export const startWorker = (file: string, environment: Readonly<Record<string, string>> = {}): WorkerProcess => {
  const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "pipe", "pipe"], env: { ...process.env, ...oneThread, ...environment } })
  let log = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => { log += text.toString() })
  child.stdin.on("error", () => {})
  const listeners = new Set<(event: Event) => void>()
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
    const event = decodeEvent(line)
    for (const listener of listeners) listener(event)
  })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal })))
  const next = <T>(pick: (event: Event) => T | undefined) => new Promise<T>((resolve, reject) => {
    const listener = (event: Event) => {
      const picked = pick(event)
      if (picked === undefined) return
      listeners.delete(listener)
      resolve(picked)
    }
    listeners.add(listener)
    void ended.then(() => reject(new Error(`the worker ended early: ${log}`)))
  })
  const ready = next((event) => event.type === "ready" ? event : undefined)
  ready.catch(() => {})
  const worker: WorkerProcess = {
    ready, ended, log: () => log,
    send: (text) => void child.stdin.write(text),
    signal: (signal) => void child.kill(signal),
    closeInput: () => void child.stdin.end(),
    run: async (task, onEvent) => {
      await ready
      const events: Array<Event> = []
      const end = next((event) => {
        events.push(event)
        onEvent?.(event, worker)
        return event.type === "done" || event.type === "failed" || event.type === "stopped" ? event : undefined
      })
      child.stdin.write(`${JSON.stringify({ type: "run", task })}\n`)
      return { end: await end, events }
    }
  }
  return worker
}

export type { Cost }
