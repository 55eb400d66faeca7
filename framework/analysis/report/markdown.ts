/** The report's tables and notes as Markdown, for places that show no HTML. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import { claimLine, retentionWords } from "../claims/words.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import {
  advised, caveat, contaminationSentence, dataSentence, dataTable, leftOutRows, missingAdvice, partsTable, placesTable, ratiosTable, type TableText
} from "../data-notes.ts"
import { sharedCosts } from "../cost.ts"
import { plural, pText, ratioText } from "../format.ts"
import {
  aliasNotes, baselineNotes, caution, ceilingNotes, failureNotes, fewSeedsNotes, generalisation, leftOutNotes, ruleNames, undefinedNotes, verdictLine
} from "../notes.ts"
import { type Judgements, judgements } from "../Judgements.ts"
import { contrastSentence, tierVerdictText } from "../tier-words.ts"
import { type TidyTables, tidy } from "../tidy.ts"
import { evaluationViews } from "./EvaluationView.ts"
import { evaluationBlocks } from "./markdown-evaluation.ts"
import { code, escape, fenced, grid } from "./markdown-text.ts"
import { facts } from "./sections/head.ts"
import { withdrawnSentence } from "./sections/verdicts-section.ts"

export const reportMarkdown = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  tables: TidyTables = tidy(plan, outcomes),
  all: Judgements = judgements(plan, outcomes, tables)
): string => {
  const warning = caution(plan)
  const views = evaluationViews(plan, outcomes, tables, all)
  const blocks = [
    `# ${escape(plan.experiment)}`,
    ...(plan.description === "" ? [] : [escape(plan.description)]),
    `**${verdictLine(plan, tables, all.claims)}**${warning === null ? "" : ` Label: ${warning}.`}`,
    ...verdictBlocks(plan, all, outcomes),
    escape(facts(plan, tables, views).map(({ more, name, value }) => `${name}: ${value}${more === "" ? "" : ` (${more})`}`).join("; ")),
    ...views.flatMap(evaluationBlocks),
    ...sharedCosts(outcomes).map(escape),
    ...dataBlocks(plan, outcomes),
    ...notes(plan, outcomes, tables),
    "## How to reproduce",
    fenced(outcomes.commands.join("\n")),
    Object.entries(outcomes.versions).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, version]) => escape(`${name} ${version}`)).join(", ") +
      `; engine ${escape(plan.engine)}, ${escape(plan.numerics)}; data ${escape(plan.data.source)}, digest ${code(plan.data.digest)}.`,
    machineSentence(outcomes.machines),
    "<details><summary>Specification</summary>\n\n" + fenced(plan.specYaml) + "\n\n</details>",
    "<details><summary>Trials and their ids</summary>\n\n" +
      grid(["cell", "seed", "state", "attempts", "id"], tables.trials.map((row) => [row.name, String(row.seed), row.status, String(row.attempts), row.trial])) + "\n\n</details>"
  ]
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`
}

const machineSentence = (machines: ExperimentOutcomes["machines"]): string => machines.length === 0 ? "" : escape(
  `Computed by: ${machines.map(({ computes, cpuModel, library }) => `${computes === "cpu" ? "" : `${computes}, `}${cpuModel}, ${library}`).join("; ")}` +
  `${machines.length > 1 ? " (trials ran on different machines: equal within rounding only)" : ""}.`)

const verdictBlocks = (plan: RecordedPlan, { across, claims, tiers }: Judgements, { claims: { withdrawn } }: ExperimentOutcomes): ReadonlyArray<string> => {
  const list = (lines: ReadonlyArray<string>) => lines.map((line) => `- ${escape(line)}`).join("\n")
  return [
    "## Verdicts",
    plan.claims.length === 0
      ? "The spec declares no claim, so nothing is judged: all that follows describes, and is exploratory."
      : list(claims.map((one) => `${claimLine(one)}${one.adjustedP === null ? "" : `; adjusted p ${pText(one.adjustedP)}`}`)),
    ...(withdrawn.length === 0 ? [] : [escape(withdrawnSentence(withdrawn))]),
    ...(tiers.verdicts.length === 0 ? [] : [
      "### Are hard items lost first?", list(tiers.contrasts.map(contrastSentence)),
      grid(["claim", "cell", "tier", "verdict", "retention, 95 %", "claimed", "adjusted p", "items, seeds"], tiers.verdicts.map((one) => [
        one.claim, one.cellName, one.tier, tierVerdictText(one), retentionWords(one), String(one.threshold), one.adjustedP === null ? "" : pText(one.adjustedP), `${one.items}, ${one.seeds}`
      ]))
    ]),
    ...(across.length === 0 ? [] : [
      "### Over all benchmarks",
      grid(["cell", "mean of log ratios", "95 %", "ratio of means", "seeds"], across.map(({ cellName, meanOfLogRatios: { estimate, high, low }, ratioOfMeans, seeds }) =>
        [cellName, ratioText(estimate), `${ratioText(low)} to ${ratioText(high)}`, ratioText(ratioOfMeans), String(seeds)]))
    ])
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

const notes = (plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables): ReadonlyArray<string> => {
  const against = plan.cells.some(({ baselines }) => baselines.matched !== null) ? "matched" : "reference"
  const lines = [
    ...ceilingNotes(plan, tables.cells),
    ...undefinedNotes(tables.cells, against).map(({ cells, reason }) => `Retention not defined (${plural(cells, "cell")}): ${reason}.`),
    ...fewSeedsNotes(plan, tables.cells).map((text) => `Fewer seeds: ${text}.`),
    ...baselineNotes(plan, outcomes).map(({ cell, margin }) => `Baseline ${cell} against the base student: ${margin}.`),
    ...aliasNotes(plan).map(({ alias, of }) => `The same trials: ${alias} is ${of}.`),
    ...leftOutNotes(plan).map(({ cell, reason }) => `Left out: ${cell}: ${reason}.`),
    ...tables.trials.flatMap(({ name, reusedFrom, seed }) => reusedFrom === null ? [] : [`Reused: ${name}, seed ${seed}: from ${reusedFrom}`]),
    ...failureNotes(tables).map(({ trial, why }) => `Failed: ${trial}: ${why}`)
  ]
  return lines.length === 0 ? [] : ["## Merged, left out, failed", lines.map((line) => `- ${escape(line)}`).join("\n")]
}
