/** The report's tables and notes as Markdown, for places that show no HTML. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import { judge } from "../claims/judge.ts"
import type { JudgedClaim } from "../claims/JudgedClaim.ts"
import { claimLine } from "../claims/words.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import {
  advised, caveat, contaminationSentence, dataSentence, dataTable, leftOutRows, missingAdvice, partsTable, placesTable, ratiosTable, type TableText
} from "../data-notes.ts"
import { sharedCosts } from "../cost.ts"
import { compact, mebibytes, nats, percent, plural, pText, ratioText, secondsText } from "../format.ts"
import {
  aliasNotes, baselineNotes, caution, ceilingNotes, failureNotes, fewSeedsNotes, generalisation, leftOutNotes, ruleNames, undefinedNotes, verdictLine
} from "../notes.ts"
import { rules } from "../item-tables.ts"
import { retentionText } from "../table.ts"
import { type CellRow, type ModelRow, type TidyTables, tidy } from "../tidy.ts"
import { type EvaluationView, evaluationViews, shortName } from "./EvaluationView.ts"
import { code, escape, fenced, grid } from "./markdown-text.ts"

export const reportMarkdown = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  tables: TidyTables = tidy(plan, outcomes),
  judged: ReadonlyArray<JudgedClaim> = judge(plan, outcomes)
): string => {
  const warning = caution(plan)
  const blocks = [
    `# ${escape(plan.experiment)}`,
    ...(plan.description === "" ? [] : [escape(plan.description)]),
    `**${verdictLine(plan, tables, judged)}**${warning === null ? "" : ` Label: ${warning}.`}`,
    ...verdictBlocks(plan, judged),
    ...evaluationViews(plan, outcomes, tables).flatMap(evaluationBlocks),
    ...sharedCosts(outcomes).map(escape),
    ...dataBlocks(plan, outcomes),
    ...notes(plan, outcomes, tables),
    "## How to reproduce",
    fenced(outcomes.commands.join("\n")),
    Object.entries(outcomes.versions).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, version]) => escape(`${name} ${version}`)).join(", ") +
      `; engine ${escape(plan.engine)}, ${escape(plan.numerics)}; data ${escape(plan.data.source)}, digest ${code(plan.data.digest)}.`,
    "<details><summary>Specification</summary>\n\n" + fenced(plan.specYaml) + "\n\n</details>"
  ]
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`
}

const verdictBlocks = (plan: RecordedPlan, judged: ReadonlyArray<JudgedClaim>): ReadonlyArray<string> => plan.claims.length === 0
  ? ["## Verdicts", "The spec declares no claim, so nothing is judged: all that follows describes, and is exploratory."]
  : ["## Verdicts", judged.map((one) => `- ${escape(claimLine(one))}${one.adjustedP === null ? "" : `; adjusted p ${escape(pText(one.adjustedP))}`}`).join("\n")]

const evaluationBlocks = (view: EvaluationView): ReadonlyArray<string> => {
  const { against, cells, evaluation, models, plan } = view
  const shown = cells.filter(({ status }) => status !== "left-out")
  const heldout = ["prompt", "cot", "answer"].map((segment) => `heldout/${segment}_cross_entropy`)
  const withLoss = shown.filter((row) => heldout.some((key) => key in row.heldout))
  return [
    `## ${escape(evaluation.name)}`,
    `Score: ${ruleNames[plan.primaryRule]}. Retention against the ${against} baseline; ${generalisation(plan)}. "=" marks the trials of another cell.`,
    grid(
      ["cell", "score", "95 %", "retention, 95 %", "tokens", "targets", "seconds", "peak", "FLOPs"],
      [...shown.map((row) => [shortName(row), ...scoreOf(plan, row), retentionText(row.retention[against]), ...costOf(row)]),
        ...models.map((row) => [row.model, ...scoreOf(plan, row), "", "", "", "", "", ""])]
    ),
    "### The same outputs under every rule",
    grid(
      ["cell", "strict", "lenient", "first", ...evaluation.thoughtTokens.map((budget) => `forced ${budget}`), "finished", "tokens generated"],
      [...shown, ...models].map((row) => [
        "model" in row ? row.model : shortName(row),
        ...rules.filter((rule) => rule !== "forced").map((rule) => share(row.scores[rule]?.estimate)),
        ...row.forcedBudgets.map(({ score }) => share(score?.estimate)),
        share(row.answering?.finishRate), row.answering?.tokensGenerated.toFixed(0) ?? ""
      ])
    ),
    ...(withLoss.length === 0
      ? []
      : ["### Cross-entropy on whole validation traces, nats a token", grid(["cell", "prompt", "cot", "answer"],
          withLoss.map((row) => [shortName(row), ...heldout.map((key) => (row.heldout[key] === undefined ? "" : nats(row.heldout[key])))]))])
  ]
}

const dataBlocks = (plan: RecordedPlan, { data }: ExperimentOutcomes): ReadonlyArray<string> => {
  const table = ({ head, rows }: TableText) => rows.length === 0 ? "" : grid(head, rows)
  const left = leftOutRows(plan)
  return [
    "## The data",
    escape([dataSentence(plan), contaminationSentence(plan) ?? ""].join(" ").trim()),
    ...(data.length < 2 ? [] : [table(dataTable(data))]),
    ...data.flatMap((one) => {
      const title = data.length < 2 ? [] : [`### ${escape(one.name)}`]
      if (one.kept === null) return [...title, escape(missingAdvice(one) ?? "")]
      const { advice } = one.kept
      const { recommendation, warnings } = advice
      return [
        ...title, `**${escape(advised(advice))}** ${recommendation === null ? "" : escape(`${recommendation.reason}. ${caveat}`)}`.trim(),
        warnings.map(({ text }) => `- ${escape(text)}`).join("\n"), table(partsTable(advice)), table(placesTable(advice)), table(ratiosTable(advice))
      ]
    }),
    ...(left.length === 0 ? [] : ["Left out:", grid(["reason", "training", "validation", "for example"],
      left.map(({ example, reason, train, validation }) => [reason, String(train), validation === null ? "" : String(validation), example]))])
  ]
}

const scoreOf = (plan: RecordedPlan, row: CellRow | ModelRow): ReadonlyArray<string> => {
  const score = row.scores[plan.primaryRule]
  return score === null ? ["", ""] : [percent(score.estimate), `${percent(score.low)} to ${percent(score.high)}`]
}

const costOf = ({ cost }: CellRow): ReadonlyArray<string> =>
  cost === null
    ? ["", "", "", "", ""]
    : [compact(cost.tokens), compact(cost.targets), secondsText(cost.seconds), mebibytes(cost.peakBytes), compact(cost.flopsStandalone)]

const share = (value: number | undefined): string => (value === undefined ? "" : percent(value))

const notes = (plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables): ReadonlyArray<string> => {
  const against = plan.cells.some(({ baselines }) => baselines.matched !== null) ? "matched" : "reference"
  const lines = [
    ...ceilingNotes(plan, tables.cells),
    ...undefinedNotes(tables.cells, against).map(({ cells, reason }) => `Retention not defined (${plural(cells, "cell")}): ${reason}.`),
    ...fewSeedsNotes(plan, tables.cells).map((text) => `Fewer seeds: ${text}.`),
    ...baselineNotes(plan, outcomes).map(({ cell, margin }) => `Baseline ${cell} against the base student: ${margin}.`),
    ...aliasNotes(plan).map(({ alias, of }) => `The same trials: ${alias} is ${of}.`),
    ...leftOutNotes(plan).map(({ cell, reason }) => `Left out: ${cell}: ${reason}.`),
    ...failureNotes(tables).map(({ trial, why }) => `Failed: ${trial}: ${why}`)
  ]
  return lines.length === 0 ? [] : ["## Merged, left out, failed", lines.map((line) => `- ${escape(line)}`).join("\n")]
}
