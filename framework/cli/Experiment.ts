/** An experiment as its journal knows it: found by its name or by its file. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Data, Effect, Option, Schema } from "effect"
import { checkFormatOf } from "../journal/format.ts"
import { readJournal } from "../journal/reader.ts"
import { RecordedPlan } from "../journal/RecordedPlan.ts"
import { foldJournal, type JournalState } from "../journal/state.ts"
import type { Store } from "../journal/store.ts"
import { nearest } from "../spec/did-you-mean.ts"
import { load } from "../spec/load.ts"
import type { Session } from "./session.ts"

export class UnknownExperiment extends Data.TaggedError("UnknownExperiment")<{
  readonly asked: string
  readonly known: ReadonlyArray<string>
}> {
  override get message(): string {
    const meant = nearest(this.asked, this.known)
    const advice = this.known.length === 0
      ? "nothing has been run in this project yet; run one with: npx leadspan run experiments/quickstart.yaml"
      : meant !== null ? `did you mean ${meant}?` : `run so far: ${this.known.join(", ")}`
    return this.asked === "" ? advice : `no experiment \`${this.asked}\` has been run in this project; ${advice}`
  }
}

export class UnreadablePlan extends Data.TaggedError("UnreadablePlan")<{ readonly experiment: string }> {
  override get message(): string {
    return `the plan that ${this.experiment} was last run with cannot be read; run its file again, what is done is found`
  }
}

export interface RanExperiment {
  readonly name: string
  readonly plan: RecordedPlan
  readonly state: JournalState
  readonly damaged: ReadonlyArray<string>
}

const decodePlan = Schema.decodeUnknownOption(RecordedPlan)

/** Names of the experiments that were run in the project. */
export const experimentNames = (journals: string): ReadonlyArray<string> =>
  existsSync(journals) ? readdirSync(journals).sort() : []

/**
 * The newest plan of a journal; null where there is none, or its object is gone or damaged.
 * @throws OtherFormat where it is of another format
 */
export const recordedPlan = (store: Store, state: JournalState): RecordedPlan | null => {
  const text = state.planObject === null ? null : store.getObject(state.planObject)
  if (text === null) return null
  const value: unknown = JSON.parse(text)
  checkFormatOf(value, `plan ${state.planObject}`)
  return Option.getOrNull(decodePlan(value))
}

const latest = (session: Session, names: ReadonlyArray<string>): string | undefined =>
  [...names].sort((a, b) => started(session, b) - started(session, a))[0]

const started = (session: Session, name: string): number =>
  readJournal(join(session.project.journals, name)).records.at(-1)?.at ?? 0

/** Reads an experiment; without a name, the one that was run last. */
export const openExperiment = Effect.fnUntraced(function*(session: Session, asked: string | null) {
  const known = experimentNames(session.project.journals)
  const isFile = asked !== null && (/\.ya?ml$/.test(asked) || asked.includes("/")) && existsSync(asked)
  const name = isFile ? (yield* load(asked)).spec.experiment : asked ?? latest(session, known)
  if (name === undefined || !known.includes(name)) return yield* new UnknownExperiment({ asked: name ?? "", known })
  const { damaged, records } = readJournal(join(session.project.journals, name))
  const state = foldJournal(records).state()
  const plan = recordedPlan(session.store, state)
  if (plan === null) return yield* new UnreadablePlan({ experiment: name })
  return { name, plan, state, damaged } satisfies RanExperiment
})

/** Text of a file if it is there. */
export const readIfThere = (path: string): string | null => (existsSync(path) ? readFileSync(path, "utf8") : null)
