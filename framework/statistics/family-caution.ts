import { seedsForPopulation } from "./mean-estimate.ts"

/** Claims of one family up to which 3 seeds held Holm's level within half a point in simulation. */
const carriedByThreeSeeds = 3

/**
 * What must be said of a family of claims that its seeds do not carry; null where they do. Holm's early steps ask for tails in
 * which stand the grids whose few students came out alike by luck: with 3 seeds that differ by 0.3 logits, 6 or 12 claims were
 * wrong somewhere in 4 to 6 % of 2,000 simulated grids, each way, where 2.5 is nominal; 5 seeds held the level.
 * @param claims distinct hypotheses of the family
 * @source `docs/coverage.md`, several claims
 * ```ts
 * familyCaution(3, 3) // => null
 * familyCaution(12, 5) // => null
 * familyCaution(10, 3) // => "10 claims on 3 seeds: where students differ by seed, one of them is wrong in 4 to 6 % of experiments each way, not in 2.5 %; 5 seeds hold the level"
 * ```
 */
export const familyCaution = (claims: number, seeds: number): string | null =>
  claims > carriedByThreeSeeds && seeds >= seedsForPopulation && seeds < 5
    ? `${claims} claims on ${seeds} seeds: where students differ by seed, one of them is wrong in 4 to 6 % of experiments each way, not in 2.5 %; 5 seeds hold the level`
    : null
