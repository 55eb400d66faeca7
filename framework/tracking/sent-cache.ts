/**
 * What was sent, remembered beside the journal so that a run with nothing new need not ask (or even start) a server. Only
 * a cache: without it, or with a wrong one, `sync` asks the server and sends what is missing.
 */
import { readFileSync, rmSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { Schema } from "effect"
import { writeDurably } from "../journal/durable.ts"

const Sent = Schema.Struct({
  format: Schema.Literal(1),
  /** which server: its address without credentials, or the local database's identity */
  server: Schema.String,
  experimentId: Schema.String,
  viewId: Schema.String,
  /** of the whole desired state, all of which has arrived */
  digest: Schema.String
})
export type Sent = typeof Sent.Type

const fileOf = (project: string, experiment: string): string =>
  resolve(project, ".leadspan", "tracking", `${experiment.replaceAll(/[^A-Za-z0-9._-]/g, "_")}.json`)

/** null where nothing is remembered, or what is cannot be read. */
export const readSent = (project: string, experiment: string): Sent | null => {
  try {
    return Schema.decodeUnknownSync(Schema.fromJsonString(Sent))(readFileSync(fileOf(project, experiment), "utf8"))
  } catch {
    return null
  }
}

export const writeSent = (project: string, experiment: string, sent: Omit<Sent, "format">): void =>
  writeDurably(fileOf(project, experiment), JSON.stringify({ format: 1, ...sent } satisfies Sent))

export const forgetSent = (project: string, experiment: string): void =>
  rmSync(fileOf(project, experiment), { force: true })

/** Identity of the local server's database: one that was deleted and made anew holds nothing of what was sent. */
export const localServerIdentity = (project: string): string => {
  const database = join(resolve(project), ".leadspan", "mlflow", "mlflow.db")
  try {
    const { ino, birthtimeMs } = statSync(database)
    return `local:${ino}:${Math.round(birthtimeMs)}`
  } catch {
    return "local:none"
  }
}
