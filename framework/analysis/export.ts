/** What is published of an experiment: tables for programs, the report for people, every item's outcome. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { claimsCsv } from "./claims/claims-table.ts"
import { tiersCsv } from "./claims/tiers-table.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { fileName } from "./format.ts"
import { judgements } from "./Judgements.ts"
import { reportMarkdown } from "./report/markdown.ts"
import { figureFiles } from "./report/figures/figure-files.ts"
import { report } from "./report/page.ts"
import { cellsCsv, curvesCsv, itemsCsv, trialsCsv } from "./tables-csv.ts"
import { tidy } from "./tidy.ts"

/** What the adviser says of the data, in full: `advice.json`, or one file each of several data. */
const adviceFiles = ({ data }: ExperimentOutcomes): Readonly<Record<string, string>> => Object.fromEntries(
  data.flatMap(({ kept, name }) => kept === null ? [] : [[`advice${name === "" ? "" : `-${fileName(name)}`}.json`, kept.text]]))

/**
 * Files of `results/<experiment>/` by name. The same results give the same bytes; nothing in them names a host or a path
 * beyond what `outcomes` itself holds. In JSON an unbounded end of an interval is null.
 */
export const exportFiles = async (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes
): Promise<Readonly<Record<string, string>>> => {
  const tables = tidy(plan, outcomes)
  const all = judgements(plan, outcomes, tables)
  const { across, bands, claims, curves, differences, explored, tiers } = all
  const { figures, page } = await report(plan, outcomes, tables, all)
  return {
    "report.html": page,
    "report.md": reportMarkdown(plan, outcomes, tables, all),
    "claims.csv": claimsCsv(claims),
    ...(tiers.verdicts.length === 0 ? {} : { "tiers.csv": tiersCsv(tiers.verdicts, tiers.contrasts) }),
    "cells.csv": cellsCsv(plan, tables),
    "trials.csv": trialsCsv(plan, tables),
    "curves.csv": curvesCsv(curves, bands),
    "items.csv": itemsCsv(plan, outcomes),
    ...adviceFiles(outcomes),
    ...figureFiles(figures),
    "results.json": `${JSON.stringify(
      { format: 1, experiment: plan.experiment, primaryRule: plan.primaryRule, seeds: plan.seeds, evaluations: plan.evaluations,
        data: plan.data, versions: outcomes.versions, commands: outcomes.commands, claims, withdrawnClaims: outcomes.claims.withdrawn,
        tiers, explored, differences, across, bands, cells: tables.cells, models: tables.models, curves, trials: tables.trials },
      null,
      2
    )}\n`
  }
}
