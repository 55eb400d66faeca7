/** `leadspan check FILE`. */
import { Effect } from "effect"
import { claimWarnings } from "../plan/claim-warnings.ts"
import { load } from "../spec/load.ts"
import { openSession } from "./session.ts"
import { refuseMissingGpus } from "./slots.ts"
import { print } from "./terminal.ts"

export const check = Effect.fnUntraced(function*(given: { readonly file: string; readonly set: ReadonlyArray<string> }) {
  const session = yield* openSession()
  const loaded = yield* load(given.file, given.set)
  yield* refuseMissingGpus(loaded, session.project)
  const plan = yield* session.planOf(loaded)
  const { cells } = plan.recorded
  const count = (status: string) => cells.filter((cell) => cell.status === status).length
  print(`${given.file}: good. ${cells.length} cells: ${count("distinct")} distinct, ${count("alias")} equal to another, ${count("left-out")} left out.`)
  for (const warning of claimWarnings(plan.recorded)) print(`warning: ${warning}`)
}, Effect.scoped)
