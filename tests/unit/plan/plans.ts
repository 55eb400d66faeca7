/** Plans of spec texts, with the plugins that ship and a store of their own. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Scope } from "effect"
import { openStore } from "../../../framework/journal/store.ts"
import { makePlan, type Plan, type PlanContext } from "../../../framework/plan/make-plan.ts"
import type { Step } from "../../../framework/plan/Step.ts"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { load } from "../../../framework/spec/load.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-plans-"))

export const context: PlanContext = {
  registry: makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder: join(folder, "cache") }),
  store: openStore(join(folder, "store")),
  load: (file) => load(file),
  shownFile: (file) => file,
  speedOf: () => ({ flopsPerSecond: 1e10, isMeasured: false })
}

/** Never closed: tests read the plans' data when they like. */
const scope = Effect.runSync(Scope.make())

let files = 0

/** Sections of a spec that a student distils by, which a test changes one by one. */
export const sections = {
  experiment: "identity",
  teacher: "{ model: tiny/teacher }",
  student: "{ model: tiny/base }",
  data: "{ source: chain-arithmetic, train: 40, validation: 8 }",
  sequence: "{ truncate: { ratio: 0.5 } }",
  loss: "{ distil: js, options: { beta: 0.5 }, weight: 0.5, temperature: 2 }",
  train: "{ steps: 4, learningRate: 1e-3, batch: { sequences: 4 } }",
  evaluate: "[{ benchmark: chain-arithmetic, items: 5, thoughtTokens: [40] }]"
} as const
type Sections = Readonly<Record<string, string | undefined>>

export const specText = (changes: Sections = {}): string =>
  Object.entries({ ...sections, ...changes }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}\n`).join("")

/** Path of a file with a spec's text. */
export const specFile = (text: string, name = `spec-${files++}.yaml`): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

export const planText = (text: string, set: ReadonlyArray<string> = [], name?: string): Promise<Plan> => {
  const file = specFile(text, name)
  return Effect.runPromise(Effect.flatMap(load(file, set), (loaded) => makePlan(loaded, context)).pipe(Effect.provideService(Scope.Scope, scope)))
}

export const planOf = (changes: Sections = {}, set: ReadonlyArray<string> = []): Promise<Plan> => planText(specText(changes), set)

export const idsOf = (plan: Plan, kind: Step["kind"]): ReadonlyArray<string> => plan.steps.filter((step) => step.kind === kind).map(({ id }) => id)

/** Ids of all steps, in the order of the plan. */
export const allIds = (plan: Plan): ReadonlyArray<string> => plan.steps.map(({ id }) => id)
