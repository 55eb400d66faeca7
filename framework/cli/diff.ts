/** `leadspan diff A B`: which trials two experiments share, and which field made one another. */
import { Effect } from "effect"
import type { Plan } from "../plan/make-plan.ts"
import { load } from "../spec/load.ts"
import { differingFields } from "./differing-fields.ts"
import { openSession } from "./session.ts"
import { bold, print } from "./terminal.ts"

interface Trial { readonly name: string; readonly seed: number; readonly id: string; readonly identity: unknown; readonly settings: unknown }

const trialsOf = (plan: Plan): ReadonlyArray<Trial> => {
  const identities = new Map(plan.steps.map(({ id, identity }) => [id, identity]))
  return plan.recorded.cells.flatMap((cell) => cell.trials.map(({ id, seed }) => ({
    name: cell.name, seed, id, identity: identities.get(id), settings: plan.grid.cells[cell.index]?.settings
  })))
}

export const diff = Effect.fnUntraced(function*(given: { readonly before: string; readonly after: string; readonly json: boolean }) {
  const session = yield* openSession()
  const [before, after] = yield* Effect.all([given.before, given.after].map((file) =>
    Effect.flatMap(load(file), (loaded) => Effect.scoped(Effect.map(session.planOf(loaded), trialsOf))))) as Effect.Effect<[ReadonlyArray<Trial>, ReadonlyArray<Trial>], never>
  const old = new Map(before.map((trial) => [trial.id, trial]))
  const fresh = new Map(after.map((trial) => [trial.id, trial]))
  const placeOf = ({ name, seed }: Trial) => `${name} seed=${seed}`
  const oldByPlace = new Map(before.map((trial) => [placeOf(trial), trial]))
  const freshPlaces = new Set(after.map(placeOf))
  const reused = after.filter(({ id }) => old.has(id)).map(placeOf)
  const changed = after.filter((trial) => !old.has(trial.id) && oldByPlace.has(placeOf(trial))).map((trial) => {
    const was = oldByPlace.get(placeOf(trial)) as Trial
    return {
      trial: placeOf(trial),
      fields: differingFields(was.settings, trial.settings),
      identity: differingFields(was.identity, trial.identity)
    }
  })
  const added = after.filter((trial) => !old.has(trial.id) && !oldByPlace.has(placeOf(trial))).map(placeOf)
  const removed = before.filter((trial) => !fresh.has(trial.id) && !freshPlaces.has(placeOf(trial))).map(placeOf)
  if (given.json) {
    print(JSON.stringify({ reused, changed, added, removed }, null, 2))
    return
  }
  print(`${bold("reused")} ${reused.length}  ${bold("changed")} ${changed.length}  ${bold("added")} ${added.length}  ${bold("removed")} ${removed.length}`)
  for (const trial of added) print(`+ ${trial}`)
  for (const trial of removed) print(`- ${trial}`)
  for (const { fields, identity, trial } of changed) {
    print(`~ ${trial}: ${fields.length > 0 ? fields.join(", ") : "no field of the spec"} (in its identity: ${identity.join(", ")})`)
  }
})
