/** `leadspan report A B`: two experiments, cell by cell on shared items. */
import { join, relative } from "node:path"
import { Data, Effect, Option } from "effect"
import { comparisonTable } from "../analysis/comparison/comparison-table.ts"
import { comparisonCsv } from "../analysis/comparison/comparison-words.ts"
import { compare, type DifferingField, type Side } from "../analysis/comparison/Comparison.ts"
import { fileName } from "../analysis/format.ts"
import { gatherOutcomes } from "../analysis/gather.ts"
import { comparisonMarkdown } from "../analysis/report/comparison-markdown.ts"
import { comparisonPage } from "../analysis/report/comparison-page.ts"
import { writeDurably } from "../journal/durable.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { parseYaml } from "../spec/parse-yaml.ts"
import { sourceFile } from "../spec/SourceFile.ts"
import { asWritten } from "../spec/to-plain.ts"
import { differingValues } from "./differing-fields.ts"
import { openExperiment } from "./Experiment.ts"
import { openSession } from "./session.ts"
import { bold, print } from "./terminal.ts"
import { versions } from "./versions.ts"

export class ComparisonMisuse extends Data.TaggedError("ComparisonMisuse")<{ readonly message: string }> {}

/** The composed spec that a plan was made from, as it was kept: secrets are redacted in it. */
const specOf = ({ experiment, specYaml }: RecordedPlan): unknown => {
  const { root } = parseYaml(sourceFile(experiment, "/", specYaml))
  return root === null ? null : asWritten(root)
}

const text = (value: unknown): string | null => (value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value))

/** Name and description differ always, and are shown elsewhere. */
const fieldsOf = (a: RecordedPlan, b: RecordedPlan): ReadonlyArray<DifferingField> =>
  differingValues(specOf(a), specOf(b)).filter(({ field }) => field !== "experiment" && field !== "description")
    .map((one) => ({ field: one.field, a: text(one.a), b: text(one.b) }))

export const compareExperiments = Effect.fnUntraced(function*(given: { readonly experiment: string; readonly other: string; readonly out: Option.Option<string>; readonly requireClaims: boolean }) {
  if (given.requireClaims) {
    return yield* new ComparisonMisuse({ message: `--require-claims asks about one experiment, found two: ${given.experiment} and ${given.other}; give one` })
  }
  const session = yield* openSession()
  const sides = yield* Effect.forEach([given.experiment, given.other], (asked) => Effect.map(openExperiment(session, asked), ({ plan, state }): Side => ({
    plan, outcomes: gatherOutcomes(plan, state, session.store, { versions: versions(), commands: [`npx leadspan run ${plan.specFile}`] })
  })))
  const [a, b] = sides as [Side, Side]
  if (a.plan.experiment === b.plan.experiment) {
    const name = a.plan.experiment
    return yield* new ComparisonMisuse({ message: `${name} would be compared with itself: expected two experiments, as in: npx leadspan report ${name} OTHER` })
  }
  const comparison = compare(a, b, fieldsOf(a.plan, b.plan))
  const folder = Option.getOrElse(given.out, () => join(session.project.reports, `${fileName(a.plan.experiment)}--${fileName(b.plan.experiment)}`))
  const page = yield* Effect.promise(() => comparisonPage(comparison))
  writeDurably(join(folder, "comparison.html"), page)
  writeDurably(join(folder, "comparison.md"), comparisonMarkdown(comparison))
  writeDurably(join(folder, "comparison.csv"), comparisonCsv(comparison))
  print(comparisonTable(comparison))
  print("")
  print(`${bold("report")}  ${relative(process.cwd(), join(folder, "comparison.html"))}`)
})
