/** `leadspan status [EXPERIMENT]`. */
import { join } from "node:path"
import { Effect, Option } from "effect"
import { currentHolder } from "../journal/lease.ts"
import { readJournal } from "../journal/reader.ts"
import { foldJournal } from "../journal/state.ts"
import { dataSummary } from "./data-lines.ts"
import { experimentNames, openExperiment, recordedPlan } from "./Experiment.ts"
import { openSession, type Session } from "./session.ts"
import { bold, duration, print } from "./terminal.ts"

const overview = (session: Session, name: string) => {
  const { damaged, records } = readJournal(join(session.project.journals, name))
  const state = foldJournal(records).state()
  const holder = currentHolder(join(session.project.leases, name))
  // Only a living holder runs anything: a journal that says so may have been left by a kill.
  const status = holder === null && state.status === "running" ? "interrupted" : state.status
  const steps = [...state.steps.values()]
  const plan = recordedPlan(session.store, state)
  const count = (kind: string, of: string) => steps.filter((step) => step.kind === kind && step.status === of).length
  return {
    name, status, holder: holder === null ? null : { host: holder.host, pid: holder.pid },
    trials: { done: count("train", "done"), running: holder === null ? 0 : count("train", "running"), failed: count("train", "failed") },
    failures: steps.filter(({ failure }) => failure !== null).map(({ failure, kind, step }) => ({ step, kind, ...failure })),
    passes: (["teach", "measure"] as const).flatMap((kind) => {
      const done = steps.filter((step) => step.kind === kind && step.status === "done")
      const seconds = done.reduce((sum, { cost }) => sum + (cost?.wallSeconds ?? 0), 0)
      return steps.some((step) => step.kind === kind) ? [{ kind, done: done.length, running: holder === null ? 0 : count(kind, "running"), failed: count(kind, "failed"), seconds }] : []
    }),
    seconds: state.startedAt === null ? 0 : ((state.endedAt ?? records.at(-1)?.at ?? state.startedAt) - state.startedAt) / 1000,
    data: plan === null ? null : dataSummary(plan.data),
    looks: state.judged.map(({ cell, claim, items, seeds, verdict }) => ({ claim, cell, seeds, items, verdict })),
    damaged
  }
}

const passNames = { teach: "teacher's pass", measure: "measures that selectors choose tokens by" } as const

/** What is made once and serves many trials. */
const passLine = ({ done, failed, kind, running, seconds }: ReturnType<typeof overview>["passes"][number]): string =>
  `${passNames[kind]}: ${done} done in ${duration(seconds)}${running === 0 ? "" : `, ${running} running`}${failed === 0 ? "" : `, ${failed} failed`}`

export const status = Effect.fnUntraced(function*(given: { readonly experiment: Option.Option<string>; readonly json: boolean }) {
  const session = yield* openSession()
  const asked = Option.getOrNull(given.experiment)
  const names = asked === null ? experimentNames(session.project.journals) : [(yield* openExperiment(session, asked)).name]
  const all = names.map((name) => overview(session, name))
  if (given.json) {
    print(JSON.stringify(all, null, 2))
    return
  }
  if (all.length === 0) print("nothing has been run in this project yet; run one with: npx leadspan run experiments/quickstart.yaml")
  for (const { damaged, data, failures, holder, looks, name, passes, seconds, status: state, trials } of all) {
    const by = holder === null ? "" : ` by process ${holder.pid} on ${holder.host}`
    print(`${bold(name)}  ${state}${by}  trials: ${trials.done} done, ${trials.running} running, ${trials.failed} failed  over ${duration(seconds)}`)
    for (const pass of passes) print(`  ${passLine(pass)}`)
    if (data !== null) print(`  ${data}`)
    for (const { cell, claim, items, seeds, verdict } of looks) print(`  judged: ${claim}: ${cell}: ${verdict} (${seeds} seeds, ${items} items)`)
    for (const { kind, message, reason } of failures) print(`  ${kind} failed: ${reason}: ${message}`)
    for (const line of damaged) print(`  damaged journal line: ${line}; what follows it in that file is not read`)
  }
})
