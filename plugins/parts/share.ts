/** Shares as plugins' options have them: decimals as they are written, taken exactly. */
import { keptLength, Schema } from "leadspan"

/** A share in (0, 1]. */
export const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true }))

/** floor(share * count), exactly; may be 0, where `keptLength` says 1. */
export const countOf = (count: number, share: number): number => {
  const kept = count === 0 ? 0 : keptLength(count, String(share))
  return kept === 1 && share * count < 1 - 1e-9 ? 0 : kept
}
