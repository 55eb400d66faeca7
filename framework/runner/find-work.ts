/** What of a plan has to be executed, given what is journaled and what lies in the store. */
import { Effect, Exit } from "effect"
import type { Store } from "../journal/store.ts"
import type { Step } from "../plan/Step.ts"
import { type Demand, demand, type DemandStep } from "./demand.ts"

export interface PlanStep extends DemandStep {
  readonly kind: Step["kind"]
  readonly step: Step
}

const asDemand = (steps: ReadonlyArray<Step>): ReadonlyArray<PlanStep> =>
  steps.map((step) => ({ id: step.id, kind: step.kind, inputs: Object.values(step.inputs), step }))

/** The store asked once for each step. */
const rememberOutputs = (store: Store) => {
  const known = new Map<string, boolean>()
  return {
    has: (id: string): boolean => {
      let has = known.get(id)
      if (has === undefined) known.set(id, has = store.digest(id) !== null)
      return has
    },
    forget: (id: string) => void known.delete(id)
  }
}

/** What would have to run, taking outputs as they seem to be: for showing a plan. Reads no output. */
export const expectedWork = (
  steps: ReadonlyArray<Step>, wanted: ReadonlySet<string>, store: Store, isJournaled: (id: string) => boolean
): Demand<PlanStep> => {
  const outputs = rememberOutputs(store)
  return demand(asDemand(steps), wanted, (id) => isJournaled(id) || outputs.has(id), outputs.has)
}

/** What has to run; outputs that will be read are checked byte by byte, and made again if they are damaged. */
export const findWork = Effect.fnUntraced(function*(
  steps: ReadonlyArray<Step>, wanted: ReadonlySet<string>, store: Store, isJournaled: (id: string) => boolean
) {
  const all = asDemand(steps)
  const outputs = rememberOutputs(store)
  const verified = new Set<string>()
  for (;;) {
    const found = demand(all, wanted, (id) => isJournaled(id) || outputs.has(id), outputs.has)
    const read = new Set(found.execute.flatMap(({ inputs }) => inputs))
    let isDamaged = false
    for (const { id } of found.present) {
      // An output whose journal line was lost is adopted, and one that is read is trusted, only after every byte was seen.
      const isTrusted = verified.has(id) || (!read.has(id) && isJournaled(id))
      if (isTrusted || !outputs.has(id)) continue
      const exit = yield* Effect.exit(store.verify(id))
      if (Exit.isSuccess(exit)) {
        verified.add(id)
      } else {
        store.discard(id)
        outputs.forget(id)
        isDamaged = true
      }
    }
    if (!isDamaged) return found
  }
})
