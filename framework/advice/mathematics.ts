/** The answer found and compared as mathematics, by threads that can be killed. */
import { Effect } from "effect"
import type { Scope } from "effect"
import { equivalentDerivation } from "../derivation/equivalent-derivation.ts"
import { makeEquivalence } from "../equivalence/equivalence.ts"
import type { Mathematics } from "./measure-trace.ts"

/** Closed with the scope. @param workers threads */
export const openMathematics = (workers = 2): Effect.Effect<Mathematics, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => makeEquivalence({ workers })),
    (equivalence) => Effect.promise(() => equivalence.close())
  ).pipe(Effect.map((equivalence): Mathematics => ({
    derivationOf: (cot, gold) => equivalentDerivation({ cot, gold }, equivalence),
    equal: async (gold, predicted) => (await equivalence.equal(gold, predicted)).equal
  })))
