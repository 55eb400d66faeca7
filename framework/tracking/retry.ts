/** Trying again while a server is away: soon at first, then every few seconds, until patience ends. */
import { Clock, Effect, Result } from "effect"
import { MlflowRefused, MlflowUnreachable } from "./MlflowError.ts"
import type { MlflowError } from "./MlflowError.ts"

const firstDelaySeconds = 0.25
const longestDelaySeconds = 5
/** An internal error is often a busy database, but may also be a fault that stays. */
const internalErrorAttempts = 4
const busyStatuses: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])

export const isTransient = (error: MlflowError, attempts: number): boolean =>
  error instanceof MlflowUnreachable ||
  (error instanceof MlflowRefused &&
    (busyStatuses.has(error.status) || (error.status === 500 && attempts < internalErrorAttempts)))

/** Delay before attempt `attempts + 1`, seconds: 0.25, 0.5, 1, ... at most 5, each spread by a fifth. */
export const delaySeconds = (attempts: number, spread: number): number =>
  Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** (attempts - 1)) * (0.9 + 0.2 * spread)

/** For idempotent calls only. Gives up with the last error once `patienceSeconds` have passed since the first attempt. */
export const withPatience = <A, R>(
  attempt: Effect.Effect<A, MlflowError, R>,
  patienceSeconds: number
): Effect.Effect<A, MlflowError, R> =>
  Effect.gen(function*() {
    const started = yield* Clock.currentTimeMillis
    for (let attempts = 1;; attempts++) {
      const result = yield* Effect.result(attempt)
      if (Result.isSuccess(result)) return result.success
      const waited = ((yield* Clock.currentTimeMillis) - started) / 1000
      const delay = delaySeconds(attempts, Math.random())
      if (!isTransient(result.failure, attempts) || waited + delay > patienceSeconds) return yield* Effect.fail(result.failure)
      yield* Effect.sleep(`${Math.round(delay * 1000)} millis`)
    }
  })
