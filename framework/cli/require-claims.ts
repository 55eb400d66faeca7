/** `--require-claims`: the exit code says whether every hypothesis is supported. */
import { Effect } from "effect"
import type { JudgedClaim } from "../analysis/claims/JudgedClaim.ts"
import { isMet } from "../analysis/claims/words.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { exitCodes, exitWith } from "./failures.ts"
import { UnknownSelection } from "./select-cells.ts"
import { print } from "./terminal.ts"

/** Nothing is asked for where nothing is claimed: that is a mistake, not a success. */
export const refuseWithoutClaims = ({ claims, specFile }: RecordedPlan): Effect.Effect<void, UnknownSelection> =>
  claims.length > 0 ? Effect.void : Effect.fail(new UnknownSelection({
    message: `--require-claims: ${specFile} makes no claim; declare one in \`claims\` (docs/spec.md#claims), or leave the flag out`
  }))

/** Refuted, inconclusive, without verdict, not defined, or declared after results: not met. */
export const requireMet = (judged: ReadonlyArray<JudgedClaim>): Effect.Effect<void> => {
  const open = judged.filter((one) => !isMet(one))
  if (open.length === 0) return Effect.void
  print(`claims not met: ${open.length} of ${judged.length} (${[...new Set(open.map(({ claim }) => claim))].join(", ")})`)
  return exitWith(exitCodes.claimNotMet)
}
