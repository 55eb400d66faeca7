/** A small real experiment for tests that kill, and what its results are: everything that must not depend on the kills. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readJournal } from "../../framework/journal/reader.ts"
import type { Record } from "../../framework/journal/Record.ts"
import { foldJournal, type JournalState } from "../../framework/journal/state.ts"
import { type Project, specText } from "./installed.ts"

/** Two trials of some seconds each, with a teacher, held-out losses on the way and two thought budgets. */
export const smallExperiment = (sections: Readonly<{ [name: string]: string | null }> = {}): string => specText({
  teacher: "{ model: tiny/teacher }",
  data: "{ source: chain-arithmetic, train: 100, validation: 16 }",
  loss: "{ distil: forward-kl, weight: 0.5 }",
  train: "{ steps: 250, learningRate: 3e-3, batch: { sequences: 16 }, validateEverySteps: 50, resumeEverySteps: 10, logEverySteps: 5 }",
  evaluate: "[{ benchmark: chain-arithmetic, items: 12, thoughtTokens: [40, 20], maxTokens: 60, batch: 4 }]",
  grid: "\n  - product:\n      sequence.truncate.ratio: [0.5, 1.0]",
  baseline: "{ matched: { sequence.truncate.ratio: 1.0 } }",
  resources: "{ slots: 2, retries: 1 }",
  ...sections
})

export const recordsOf = (project: Project, experiment = "small"): ReadonlyArray<Record> =>
  readJournal(join(project.root, ".leadspan/journal", experiment)).records

export const stateOf = (project: Project, experiment = "small"): JournalState => foldJournal(recordsOf(project, experiment)).state()

/** What depends on the clock and not on the work. */
const isOfTheClock = (key: string): boolean => key === "train/tokens_per_second"

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex")

/** Files of a step's output that the work alone decides. */
const resultFiles = ["checkpoint/model.safetensors", "checkpoint/config.json", "heldout.json", "outputs.jsonl", "scores.jsonl", "logits.bin"]

export interface StepResult {
  readonly kind: string
  readonly status: string
  readonly files: { readonly [name: string]: string }
  readonly metrics: ReadonlyArray<string>
}

/** By step: kind, status, digests of its files, every metric point. */
export const resultsOf = (project: Project, experiment = "small"): { readonly [step: string]: StepResult } =>
  Object.fromEntries([...stateOf(project, experiment).steps.values()].sort((a, b) => a.step < b.step ? -1 : 1).map((state) => {
    const folder = join(project.root, ".leadspan/store/steps", state.step)
    return [state.step, {
      kind: state.kind, status: state.status,
      files: Object.fromEntries(resultFiles.filter((name) => existsSync(join(folder, name))).map((name) => [name, digestOf(join(folder, name))])),
      metrics: [...state.metrics.values()].filter(({ key }) => !isOfTheClock(key)).map(({ key, step, value }) => `${key}@${step}=${value}`).sort()
    }]
  }))

/** Points that were journaled more than once with different values: an attempt that did not go on as the one before it. */
export const contradictions = (records: ReadonlyArray<Record>): ReadonlyArray<string> => {
  const first = new Map<string, number>()
  return records.flatMap(({ body }) => body.type !== "metrics" ? [] : body.metrics.flatMap(({ key, step, value }) => {
    const name = `${body.step} ${key}@${step}`
    const known = first.get(name)
    if (known === undefined) first.set(name, value)
    return known === undefined || Object.is(known, value) || isOfTheClock(key) ? [] : [`${name}: ${known}, then ${value}`]
  }))
}

/** Pids of processes whose command line names `text`. */
export const processesOf = (text: string): ReadonlyArray<number> => readdirSync("/proc").filter((name) => /^\d+$/u.test(name)).map(Number)
  .filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text)
    } catch {
      return false
    }
  })

export const workersOf = (folder: string): ReadonlyArray<number> => processesOf(join(folder, "package/dist/worker-"))

export const waitUntil = async (what: string, holds: () => boolean, seconds = 60): Promise<void> => {
  for (const end = performance.now() + seconds * 1000; !holds();) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
