/** `leadspan report EXPERIMENT [--out FOLDER]`. */
import { join, relative } from "node:path"
import { Effect, Option } from "effect"
import { judge } from "../analysis/claims/judge.ts"
import { gatherOutcomes } from "../analysis/gather.ts"
import { resultsTable } from "../analysis/table.ts"
import { openExperiment } from "./Experiment.ts"
import { refuseWithoutClaims, requireMet } from "./require-claims.ts"
import { openSession } from "./session.ts"
import { bold, print } from "./terminal.ts"
import { versions } from "./versions.ts"
import { writeReport } from "./write-report.ts"

export const report = Effect.fnUntraced(function*(given: { readonly experiment: string; readonly out: Option.Option<string>; readonly requireClaims: boolean }) {
  const session = yield* openSession()
  const { name, plan, state } = yield* openExperiment(session, given.experiment)
  if (given.requireClaims) yield* refuseWithoutClaims(plan)
  const outcomes = gatherOutcomes(plan, state, session.store, { versions: versions(), commands: [`npx leadspan run ${plan.specFile}`] })
  const file = yield* writeReport(plan, outcomes, state, Option.getOrElse(given.out, () => join(session.project.reports, name)))
  print(resultsTable(plan, outcomes))
  print("")
  print(`${bold("report")}  ${relative(process.cwd(), file)}`)
  if (given.requireClaims) yield* requireMet(judge(plan, outcomes))
})
