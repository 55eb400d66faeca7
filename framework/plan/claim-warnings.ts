/** Claims that rest on too little to be worth making: said before anything runs. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { familyCaution } from "../statistics/family-caution.ts"

/** A benchmark of the size of AIME (30 problems a year): with fewer problems than this, chance decides. */
const smallBenchmark = 100
const leastSamples = 16
const leastSeeds = 3

/** Years of one contest are one benchmark: "aime24" and "aime25" are both "aime". */
const familyOf = (benchmark: string): string => benchmark.replace(/[-_]?\d+$/u, "")

/** One sentence a claim and fault, and one on all of them together. */
export const claimWarnings = (plan: RecordedPlan): ReadonlyArray<string> => {
  const family = familyCaution(plan.claims.reduce((sum, { cells }) => sum + cells.length, 0), plan.seeds.length)
  return [...smallBenchmarkWarnings(plan), ...(family === null ? [] : [family])]
}

const smallBenchmarkWarnings = ({ claims, evaluations, seeds }: RecordedPlan): ReadonlyArray<string> => claims.flatMap((claim) => {
  const names = claim.evaluations ?? [claim.evaluation]
  const asked = evaluations.filter(({ name }) => names.includes(name))
  const items = asked.reduce((sum, { items: all, tiers }) => sum + (claim.tier === undefined || tiers === undefined ? all : tiers[claim.tier] ?? 0), 0)
  const samples = Math.min(...asked.map((one) => one.samples))
  if (asked.length === 0 || items >= smallBenchmark) return []
  const others = evaluations.filter(({ benchmark, name }) => !names.includes(name) &&
    asked.some((one) => one.benchmark !== benchmark && familyOf(one.benchmark) === familyOf(benchmark)))
  return [
    ...(samples < leastSamples || seeds.length < leastSeeds
      ? [`claim ${claim.name} rests on ${items} problems with ${samples} sample${samples === 1 ? "" : "s"} and ${seeds.length} seed${seeds.length === 1 ? "" : "s"}: ` +
        `benchmarks this small need at least ${leastSamples} samples and ${leastSeeds} seeds`]
      : []),
    ...(others.length > 0 ? [`claim ${claim.name} leaves out ${others.map(({ name }) => name).join(", ")}: pool the years with \`evaluation: [${[...names, ...others.map(({ name }) => name)].join(", ")}]\``] : [])
  ]
})
