/** Judged claims as rows: for CSV, for MLflow's tables, for whoever computes further. */
import { csv, type CsvValue } from "../csv.ts"
import type { JudgedClaim } from "./JudgedClaim.ts"
import { labels, verdictWords } from "./words.ts"

const columns = [
  "claim", "cell", "name", "baseline", "baseline_name", "against", "evaluation", "rule", "tier", "threshold", "verdict", "words", "labels",
  "retention", "retention_low", "retention_high", "contrast", "contrast_low", "contrast_high", "alpha", "df", "p_supported", "p_refuted",
  "adjusted_p", "assumed", "power", "settling_items", "settling_seeds", "settling_both_items", "settling_both_seeds",
  "looks", "looks_declared", "declared_after_results", "same_as", "bootstrap", "bootstrap_low", "bootstrap_high", "seeds", "items", "data"
] as const

const reachable = (value: number | "not reachable" | undefined): CsvValue => value ?? null

const row = (judged: JudgedClaim): ReadonlyArray<CsvValue> => {
  const { bootstrap, power, retention, verdict } = judged
  const interval = retention.kind === "measured" ? retention.interval : null
  const contrast = "contrast" in verdict ? verdict.contrast : null
  const decided = "pSupported" in verdict ? verdict : null
  const both = power?.settling.both
  return [
    judged.claim, judged.cell, judged.cellName, judged.baseline, judged.baselineName, judged.against, judged.evaluation, judged.rule, judged.tier,
    judged.threshold, verdict.kind, verdictWords(judged), labels(judged).join("; "),
    interval?.estimate, interval?.low, interval?.high, contrast?.estimate, contrast?.low, contrast?.high,
    decided?.alpha, decided?.df, decided?.pSupported, decided?.pRefuted, judged.adjustedP, judged.assume, power?.power,
    reachable(power?.settling.items), reachable(power?.settling.seeds),
    typeof both === "object" ? both.items : reachable(both), typeof both === "object" ? both.seeds : reachable(both),
    judged.looks.taken, judged.looks.declared, Number(judged.declaredAfterResults), judged.sameAs,
    bootstrap?.says, bootstrap?.interval.low, bootstrap?.interval.high, judged.seeds, judged.items, judged.data
  ]
}

export const claimsCsv = (all: ReadonlyArray<JudgedClaim>): string => csv(columns, all.map(row))

/**
 * The same as MLflow's evaluation table keeps it: `{"columns": [...], "data": [[...]]}`.
 * @source `mlflow.log_table`, which writes a pandas frame with `orient="split"` and no index
 */
export const claimsTableJson = (all: ReadonlyArray<JudgedClaim>): string =>
  `${JSON.stringify({ columns, data: all.map((judged) => row(judged).map((value) => value ?? null)) })}\n`
