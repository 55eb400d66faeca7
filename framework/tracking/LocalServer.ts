/**
 * The project's own MLflow server: found running, else started on its remembered port (the next free one if taken), in a
 * process group of its own. All it keeps lies under `.leadspan/mlflow/`.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Data, Effect, Schema } from "effect"
import { writeDurably } from "../journal/durable.ts"
import { nextFreePort } from "./free-port.ts"
import { Http } from "./http.ts"
import { isListening } from "./listening.ts"
import { isAlive, membersOfGroup, signalGroup, spawnDetached } from "./server-process.ts"
import type { ProcessIdentity } from "./server-process.ts"
import { claimStart } from "./start-claim.ts"

const firstPort = 5601
const portsTried = 200
/** usually 6 to 16, but a machine may be busy */
const startSeconds = 120
const stopGraceSeconds = 10

/** `server.json`: the server that runs, or the last one, whose port is asked for again. */
const ServerRecord = Schema.Struct({
  format: Schema.Literal(1), pid: Schema.Int, startTicks: Schema.String, bootId: Schema.String,
  port: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_535 })),
  /** milliseconds since 1970 */
  startedAt: Schema.Int
})
type ServerRecord = typeof ServerRecord.Type

export class ServerNotStarted extends Data.TaggedError("ServerNotStarted")<{
  readonly detail: string
  readonly mend: string
}> {
  override get message(): string {
    return `the project's MLflow server did not start: ${this.detail}; ${this.mend}`
  }
}

export interface RunningServer {
  /** e.g. http://127.0.0.1:5601 */
  readonly uri: string
  readonly port: number
  readonly pid: number
  /** it ran already */
  readonly isReused: boolean
  /** until it answered, seconds; 0 if it did at once */
  readonly startSeconds: number
}

export interface ServerFolders {
  /** the project's root */
  readonly project: string
  /** MLflow's program; default `.leadspan/env/mlflow/bin/mlflow` */
  readonly program?: string
}

const folderOf = (folders: ServerFolders): string => resolve(folders.project, ".leadspan", "mlflow")
const mark = (folders: ServerFolders): string => `LEADSPAN_MLFLOW_FOLDER=${folderOf(folders)}`

const readRecord = (folders: ServerFolders): ServerRecord | null => {
  try {
    return Schema.decodeUnknownSync(Schema.fromJsonString(ServerRecord))(
      readFileSync(join(folderOf(folders), "server.json"), "utf8"))
  } catch {
    return null
  }
}

const uriOf = (port: number): string => `http://127.0.0.1:${port}`

const isHealthy = (port: number) =>
  Effect.gen(function*() {
    const http = yield* Http
    const reply = yield* http.send({ method: "GET", url: `${uriOf(port)}/health`, headers: {}, body: null, timeoutSeconds: 2 })
    return reply.status === 200 && reply.text.trim() === "OK"
  }).pipe(Effect.catch(() => Effect.succeed(false)))

/** Waits until it answers or dies. What answers must be ours: another server may have taken the port meanwhile. */
const waitForHealth = Effect.fnUntraced(function*(folders: ServerFolders, identity: ProcessIdentity, port: number) {
  const started = Date.now()
  while (Date.now() - started < startSeconds * 1000) {
    if (!isAlive(identity)) return "died" as const
    const isOurs = isListening(port, membersOfGroup(identity.pid, mark(folders)))
    if (isOurs && (yield* isHealthy(port)) && isAlive(identity)) return "healthy" as const
    yield* Effect.sleep("200 millis")
  }
  return "silent" as const
})

const environmentOf = (folders: ServerFolders): Record<string, string> => {
  const env: Record<string, string> = {}
  // What names another tracking server must not reach this one.
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined && !/^_?MLFLOW_|^PYTHONPATH$|^PYTHONHOME$/.test(key)) env[key] = value
  }
  return {
    ...env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false", MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "1",
    PYTHONUNBUFFERED: "1", LEADSPAN_MLFLOW_FOLDER: folderOf(folders)
  }
}

const logTail = (folder: string): string => {
  const lines = existsSync(join(folder, "server.log")) ? readFileSync(join(folder, "server.log"), "utf8").trim().split("\n") : []
  return lines.slice(-3).join(" | ").slice(-600)
}

/** Ends a server's whole group, also where only children of a killed leader are left. True if there was any. */
const endServer = Effect.fnUntraced(function*(folders: ServerFolders, record: ProcessIdentity) {
  const isRunning = (): boolean => isAlive(record) || membersOfGroup(record.pid, mark(folders)).length > 0
  if (!isRunning()) return false
  signalGroup(record.pid, "SIGTERM")
  for (let waited = 0; waited < stopGraceSeconds * 10 && isRunning(); waited++) yield* Effect.sleep("100 millis")
  if (isRunning()) signalGroup(record.pid, "SIGKILL")
  for (let waited = 0; waited < 50 && isRunning(); waited++) yield* Effect.sleep("100 millis")
  return true
})

const launch = Effect.fnUntraced(function*(folders: ServerFolders) {
  const folder = folderOf(folders)
  const program = resolve(folders.program ?? join(folders.project, ".leadspan", "env", "mlflow", "bin", "mlflow"))
  if (!existsSync(program)) {
    return yield* new ServerNotStarted({ detail: `${program} is not there`, mend: "run `npx leadspan setup`" })
  }
  const began = Date.now()
  let from = readRecord(folders)?.port ?? firstPort
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = yield* Effect.promise(() => nextFreePort(from, portsTried))
    if (port === null) {
      return yield* new ServerNotStarted({
        detail: `ports ${from} to ${from + portsTried - 1} of 127.0.0.1 are all taken`,
        mend: "end a program that holds one, or delete .leadspan/mlflow/server.json to begin elsewhere"
      })
    }
    const args = ["server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1",
      // relative to its working folder: the project's path may hold characters that a URI may not
      "--backend-store-uri", "sqlite:///mlflow.db", "--artifacts-destination", "artifacts"]
    const identity = yield* Effect.tryPromise({
      try: () => spawnDetached({ command: program, args, cwd: folder, env: environmentOf(folders), logFile: join(folder, "server.log") }),
      catch: (error) => new ServerNotStarted({ detail: (error as Error).message, mend: "run `npx leadspan setup`" })
    })
    const record: ServerRecord = { format: 1, ...identity, port, startedAt: began }
    writeDurably(join(folder, "server.json"), JSON.stringify(record))
    const health = yield* waitForHealth(folders, identity, port).pipe(
      Effect.onInterrupt(() => Effect.asVoid(endServer(folders, identity))))
    if (health === "healthy") {
      return { uri: uriOf(port), port, pid: identity.pid, isReused: false, startSeconds: (Date.now() - began) / 1000 } satisfies RunningServer
    }
    yield* endServer(folders, identity)
    // Somebody took the port between our look and its bind: the next one.
    if (health === "died" && /address already in use/i.test(logTail(folder))) from = port + 1
    else {
      const detail = health === "died" ? `it ended at once (${logTail(folder)})` : `no answer within ${startSeconds} s`
      return yield* new ServerNotStarted({ detail, mend: `see ${join(folder, "server.log")}` })
    }
  }
  return yield* new ServerNotStarted({ detail: "each free port was taken before it could bind", mend: "try again" })
})

const reuse = Effect.fnUntraced(function*(folders: ServerFolders) {
  const record = readRecord(folders)
  if (record === null) return null
  const began = Date.now()
  if (isAlive(record) && (yield* waitForHealth(folders, record, record.port)) === "healthy") {
    const waited = (Date.now() - began) / 1000
    return { uri: uriOf(record.port), port: record.port, pid: record.pid, isReused: true, startSeconds: waited } satisfies RunningServer
  }
  yield* endServer(folders, record)
  return null
})

/** The running server, started if there is none. Two processes that ask at once get the same one. */
export const ensureServer = Effect.fn("ensureServer")(function*(folders: ServerFolders) {
  const folder = folderOf(folders)
  mkdirSync(folder, { recursive: true })
  return yield* Effect.scoped(Effect.gen(function*() {
    yield* claimStart(join(folder, "starting"), startSeconds)
    return (yield* reuse(folders)) ?? (yield* launch(folders))
  }))
}, Effect.provide(Http.layer))

/** Ends the project's server and all its processes. True if one ran. */
export const stopServer = Effect.fn("stopServer")(function*(folders: ServerFolders) {
  const record = readRecord(folders)
  return record === null ? false : yield* endServer(folders, record)
})

/** The server for as long as the scope lives; one that ran already is left running. */
export const scopedServer = (folders: ServerFolders) =>
  Effect.acquireRelease(
    ensureServer(folders),
    (server) => server.isReused ? Effect.void : Effect.asVoid(stopServer(folders))
  )
