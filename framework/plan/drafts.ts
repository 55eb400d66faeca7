/**
 * Prepared data that a plan has made and not yet kept. A plan that is refused leaves nothing behind, so what it prepares
 * stands aside until all of its cells are known to be good.
 */
import { Effect } from "effect"
import type { Store } from "../journal/store.ts"

export interface Drafts {
  /** Folder of a step's output: kept, or made by this plan; null where it is still to be made. What is damaged is made again. */
  readonly find: (step: string) => Effect.Effect<string | null>
  /** Folder to make it in. */
  readonly begin: (step: string) => string
  /** Folder for what is only needed while the plan is made; it goes with the drafts. */
  readonly scratch: string
  /** It is made. */
  readonly add: (step: string, folder: string) => void
  /** Puts everything made into the store. */
  readonly keep: Effect.Effect<void>
  /** Forgets everything that was not kept. */
  readonly drop: Effect.Effect<void>
}

export const makeDrafts = (store: Store): Drafts => {
  const owner = `plan-${process.pid}`
  const made = new Map<string, string>()
  return {
    find: (step) => Effect.suspend(() => store.digest(step) === null
      ? Effect.succeed(made.get(step) ?? null)
      : store.verify(step).pipe(
        Effect.map(() => store.path(step)),
        Effect.catchTag("DamagedOutput", () => Effect.sync(() => {
          store.discard(step)
          return null
        })))),
    begin: (step) => store.begin(owner, step),
    scratch: store.resumeFolder(owner, "reading"),
    add: (step, folder) => { made.set(step, folder) },
    keep: Effect.gen(function*() {
      for (const [step, folder] of made) yield* store.commit(step, folder)
      made.clear()
    }),
    drop: Effect.sync(() => {
      made.clear()
      store.abandon(owner)
    })
  }
}
