/**
 * Works a list of steps off on slots. A step starts when its inputs are there; one that fails for good takes those that
 * read it with it, and nothing else.
 */
import { Deferred, Effect } from "effect"
import type { DemandStep } from "./demand.ts"

export type Outcome =
  | { readonly _tag: "done" }
  | { readonly _tag: "failed"; readonly reason: string; readonly message: string }

export interface ScheduleResult {
  readonly done: ReadonlySet<string>
  readonly failed: ReadonlyMap<string, string>
  /** not started, because a step they read has failed */
  readonly blocked: ReadonlySet<string>
  /** set where one error hit every step of a kind, so that the rest was not tried */
  readonly gaveUp: string | null
}

/** What a step of this kind fails of is told, and no more: no result rests on it. */
export const isBeside = ({ kind }: { readonly kind: string }): boolean => kind === "analyse"

/** So many first steps that fail in the same words, none having succeeded, end the run. */
export const alikeFailures = 3

/** The same fault in other numbers (pids, times, addresses) is the same fault. */
const withoutNumbers = (message: string): string => message.replaceAll(/\b0x[0-9a-f]+|\d+/gu, "0")

/**
 * @param steps to execute, inputs before those that read them, most urgent first
 * @param execute runs one step on a slot; it never fails, its outcome tells
 */
export const schedule = Effect.fn("schedule")(function*<S extends DemandStep & { readonly kind: string }, R>(
  steps: ReadonlyArray<S>, numSlots: number,
  execute: (step: S, slot: number) => Effect.Effect<Outcome, never, R>
) {
  const waiting = new Map(steps.map((step) => [step.id, step]))
  const pending = new Set(waiting.keys())
  const done = new Set<string>()
  const failed = new Map<string, string>()
  const blocked = new Set<string>()
  const succeededKinds = new Set<string>()
  const failuresByKind = new Map<string, Array<string>>()
  let gaveUp: string | null = null
  let changed = Deferred.makeUnsafe<void>()
  const wake = Effect.suspend(() => {
    const woken = changed
    changed = Deferred.makeUnsafe<void>()
    return Deferred.succeed(woken, undefined)
  })

  const takeReady = (): S | null => {
    for (const step of waiting.values()) {
      if (step.inputs.some((input) => failed.has(input) || blocked.has(input))) {
        waiting.delete(step.id)
        pending.delete(step.id)
        blocked.add(step.id)
        continue
      }
      if (step.inputs.every((input) => !pending.has(input))) {
        waiting.delete(step.id)
        return step
      }
    }
    return null
  }

  const note = (step: S, outcome: Outcome): void => {
    pending.delete(step.id)
    if (outcome._tag === "done") {
      done.add(step.id)
      succeededKinds.add(step.kind)
      return
    }
    failed.set(step.id, outcome.message)
    if (isBeside(step)) return
    const words = failuresByKind.get(step.kind) ?? []
    words.push(withoutNumbers(outcome.message))
    failuresByKind.set(step.kind, words)
    if (!succeededKinds.has(step.kind) && words.length >= alikeFailures && new Set(words).size === 1) {
      gaveUp = `the first ${words.length} ${step.kind} steps failed alike: ${outcome.message}`
      for (const id of waiting.keys()) {
        blocked.add(id)
        pending.delete(id)
      }
      waiting.clear()
    }
  }

  const slotLoop = (slot: number) => Effect.gen(function*() {
    while (waiting.size > 0) {
      const step = takeReady()
      if (step === null) {
        if (waiting.size === 0) break
        yield* Deferred.await(changed)
        continue
      }
      note(step, yield* execute(step, slot))
      yield* wake
    }
    yield* wake
  })
  yield* Effect.all(Array.from({ length: numSlots }, (_, slot) => slotLoop(slot)), { concurrency: numSlots })
  return { done, failed, blocked, gaveUp } satisfies ScheduleResult
})
