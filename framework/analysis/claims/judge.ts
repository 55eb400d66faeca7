/** Judges the claims of a plan on what came out. Pure: the same outcomes give the same verdicts. */
import { createHash } from "node:crypto"
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import { benjaminiHochberg, holm } from "../../statistics/multiplicity.ts"
import { defaultAlpha, type Verdict, verdict } from "../../statistics/verdict.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { isSameTrials, type Paired, paired } from "../paired.ts"
import { type Retention, retentionOfPair } from "../retention.ts"
import { bootstrapCheck } from "./bootstrap-check.ts"
import { comparedKey, type Hypothesis, hypothesesOf, hypothesisKey } from "./hypotheses.ts"
import type { JudgedClaim } from "./JudgedClaim.ts"
import { type Look, lookDue } from "./looks.ts"
import { claimPower } from "./claim-power.ts"

type Pair = Extract<Paired, { readonly kind: "paired" }>

/** What there is to judge a hypothesis by. */
export interface Evidence {
  readonly hypothesis: Hypothesis
  readonly retention: Retention
  /** null: nothing may be judged, for the reason in `instead` */
  readonly pair: Pair | null
  readonly instead: Verdict | null
  readonly look: Look | null
  readonly data: string | null
  readonly isExploratory: boolean
  /** against either direction, before any adjustment; 1 where there is nothing to judge */
  readonly p: number
}

/** Names what is judged: items, seeds and every value of both tables. */
const dataDigest = ({ baseline, cell, seeds }: Pair): string => {
  const hash = createHash("sha256").update(JSON.stringify([seeds, cell.items_n]))
  for (const { values_nS } of [cell, baseline]) hash.update(new Uint8Array(values_nS.buffer, values_nS.byteOffset, values_nS.byteLength))
  return hash.digest("hex").slice(0, 32)
}

const noVerdict = (numSeeds: number, label: string): Verdict => ({ kind: "no-verdict", numSeeds, label, contrast: null })

/** Planned seeds for which nothing more will come: scored on both sides, or failed for good on one. */
const settledSeeds = (outcomes: ExperimentOutcomes, { baseline, cell }: Hypothesis, scored: ReadonlyArray<number>) => {
  const planned = cell.trials.map(({ seed }) => seed).filter((seed) => baseline.trials.some((trial) => trial.seed === seed))
  const hasFailed = (seed: number) => [cell, baseline].some((one) =>
    one.trials.some((trial) => trial.seed === seed && outcomes.trials.get(trial.id)?.status === "failed"))
  return { planned: planned.length, settled: planned.filter((seed) => scored.includes(seed) || hasFailed(seed)).length }
}

/** At the whole alpha of its look: what other claims leave of it comes later. */
export const weigh = (plan: RecordedPlan, outcomes: ExperimentOutcomes, hypothesis: Hypothesis): Evidence => {
  const { baseline, cell, claim, question } = hypothesis
  const isExploratory = outcomes.claims.declaredAfter.has(hypothesisKey(claim.name, cell.index))
  const nothing = (instead: Verdict, retention: Retention): Evidence =>
    ({ hypothesis, retention, pair: null, instead, look: null, data: null, isExploratory, p: 1 })
  if (isSameTrials(cell, baseline)) {
    return nothing({ kind: "not-defined", reason: "the cell has the trials of its baseline: 1 by definition" }, { kind: "baseline" })
  }
  const pair = paired(plan, outcomes, cell, baseline, question)
  if (pair.kind === "waiting") {
    const { planned } = settledSeeds(outcomes, hypothesis, [])
    return nothing(noVerdict(0, `0 of ${planned} planned seeds are scored in cell and baseline`), pair)
  }
  if (pair.kind === "not-defined") return nothing(pair, pair)
  const retention = retentionOfPair(plan, outcomes, baseline, question, pair)
  if (retention.kind === "not-defined") return nothing(retention, retention)
  const { planned, settled } = settledSeeds(outcomes, hypothesis, pair.seeds)
  const data = dataDigest(pair)
  const due = lookDue(hypothesis, outcomes.claims, planned === 0 ? 1 : settled / planned, data)
  if (due.kind === "early") {
    const next = Math.ceil(due.next * planned - 1e-9)
    const last = due.taken.at(-1)
    const label = `${pair.seeds.length} of ${planned} planned seeds are scored in cell and baseline` + (next < planned ? `, the next look is at ${next}` : "") +
      (last === undefined ? "" : `; at the last look: ${last.verdict}`)
    return { ...nothing(noVerdict(pair.seeds.length, label), retention), pair, data }
  }
  const alone = verdict(pair.cell, pair.baseline, claim.threshold, Math.max(due.look.alpha, 1e-12))
  const p = "pSupported" in alone ? Math.min(1, alone.pSupported, alone.pRefuted) : 1
  return { hypothesis, retention, pair, instead: null, look: due.look, data, isExploratory, p }
}

/** What a hypothesis is judged at, and its adjusted p. */
interface Judging {
  readonly alpha: number
  readonly adjusted: number
}

/**
 * Holm over the declared hypotheses, each comparison once. A look that may spend a part of alpha only has its p scaled up by as
 * much: over all its looks the scaled p is below u with probability u at most, so Holm holds for it. Hypotheses without
 * results, and those that were dropped after their results were seen, count with p = 1.
 */
const confirmatory = (all: ReadonlyArray<Evidence>, withdrawn: number): ReadonlyMap<Evidence, Judging> => {
  const family = all.filter(({ isExploratory, retention }) => !isExploratory && retention.kind !== "baseline")
  const shareOf = ({ look }: Evidence) => (look === null ? 1 : look.alpha / defaultAlpha)
  const tests = family.map((one, index) => ({
    name: String(index), same: comparedKey(one.hypothesis), p: Math.min(1, one.p / Math.max(shareOf(one), 1e-12))
  }))
  const dropped = Array.from({ length: withdrawn }, (_, index) => ({ name: `withdrawn ${index}`, same: `withdrawn ${index}`, p: 1 }))
  const stepped = holm([...tests, ...dropped], defaultAlpha)
  return new Map(family.map((one, index) => {
    const { adjusted, alpha } = stepped[index]!
    return [one, { alpha: alpha * shareOf(one), adjusted }]
  }))
}

/**
 * Benjamini-Hochberg over those that were declared after results. Each is judged at the level of the k-th of m, alpha k/m, with
 * k the number that it takes (1 where it takes none): then intervals and verdicts say the same.
 * @source Y. Benjamini, D. Yekutieli, "False discovery rate-adjusted multiple confidence intervals for selected parameters",
 * JASA 100 (2005)
 */
export const exploratoryJudging = (ps: ReadonlyArray<number>): ReadonlyArray<Judging> => {
  const stepped = benjaminiHochberg(ps.map((p, index) => ({ name: String(index), p })))
  const taken = stepped.filter(({ adjusted }) => adjusted <= defaultAlpha).length
  return stepped.map(({ adjusted }) => ({ adjusted, alpha: (defaultAlpha * Math.max(1, taken)) / ps.length }))
}

const judged = (evidence: Evidence, { adjusted, alpha }: Judging, sameAs: string | null): JudgedClaim => {
  const { data, hypothesis, instead, isExploratory, look, pair, retention } = evidence
  const { baseline, cell, claim } = hypothesis
  const given = instead ?? verdict(pair!.cell, pair!.baseline, claim.threshold, alpha)
  const final: Verdict = given.kind === "no-verdict" && instead === null
    ? { ...given, label: `${given.numSeeds} of the 3 seeds it needs` }
    : given
  return {
    claim: claim.name, cell: cell.index, cellName: cell.name, baseline: baseline.index, baselineName: baseline.name,
    against: claim.against, evaluation: claim.evaluation, rule: claim.rule, tier: claim.tier ?? null,
    threshold: claim.threshold, assume: claim.assume, sameAs,
    verdict: final,
    adjustedP: "pSupported" in final ? adjusted : null,
    retention,
    power: pair === null || final.kind === "supported" || final.kind === "refuted" ? null
      : claimPower(pair.cell, pair.baseline, claim, alpha),
    looks: { taken: look?.taken ?? 0, declared: claim.looks?.shares.length ?? null },
    declaredAfterResults: isExploratory,
    bootstrap: pair === null || !("pSupported" in final) || final.hasNoSpread ? null : bootstrapCheck(pair, claim.threshold, final),
    seeds: pair?.seeds.length ?? 0, items: pair?.cell.numItems ?? 0,
    data, look: look === null ? null : { share: look.share, alpha: look.alpha }
  }
}

/** Names a hypothesis for people. */
export const hypothesisName = ({ cell, claim }: Hypothesis): string => `${claim.name}: ${cell.name}`

/** Outcomes do not change: table, report, exports and tracking ask for the same verdicts. */
const known = new WeakMap<ExperimentOutcomes, { readonly plan: RecordedPlan; readonly judged: ReadonlyArray<JudgedClaim> }>()

/** Verdicts on every claim of the plan at every cell it is about, in the order of the file. */
export const judge = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<JudgedClaim> => {
  const before = known.get(outcomes)
  if (before?.plan === plan) return before.judged
  const judged = judgeAll(plan, outcomes)
  known.set(outcomes, { plan, judged })
  return judged
}

const judgeAll = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<JudgedClaim> => {
  const all = hypothesesOf(plan).map((hypothesis) => weigh(plan, outcomes, hypothesis))
  const declared = confirmatory(all, outcomes.claims.withdrawn.length)
  const late = all.filter(({ isExploratory }) => isExploratory)
  const lateJudgings = exploratoryJudging(late.map(({ p }) => p))
  const seen = new Map<string, string>()
  return all.map((evidence) => {
    const key = comparedKey(evidence.hypothesis)
    const sameAs = seen.get(key) ?? null
    if (sameAs === null) seen.set(key, hypothesisName(evidence.hypothesis))
    const judging = declared.get(evidence) ?? lateJudgings[late.indexOf(evidence)] ?? { alpha: defaultAlpha, adjusted: 1 }
    return judged(evidence, judging, sameAs)
  })
}
