/** `leadspan report EXPERIMENT [OTHER] [--out FOLDER]`. */
import { join, relative } from "node:path"
import { Effect, Option } from "effect"
import { judge } from "../analysis/claims/judge.ts"
import { gatherOutcomes } from "../analysis/gather.ts"
import { resultsTable } from "../analysis/table.ts"
import { compareExperiments } from "./compare.ts"
import { openExperiment } from "./Experiment.ts"
import { refuseWithoutClaims, requireMet } from "./require-claims.ts"
import { openSession } from "./session.ts"
import { bold, print } from "./terminal.ts"
import { versions } from "./versions.ts"
import { writeReport } from "./write-report.ts"

interface Given {
  readonly experiment: string
  readonly other: Option.Option<string>
  readonly out: Option.Option<string>
  readonly requireClaims: boolean
}

export const report = Effect.fnUntraced(function*(given: Given) {
  if (Option.isSome(given.other)) return yield* compareExperiments({ ...given, other: given.other.value })
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
