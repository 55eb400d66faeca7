/**
 * The one door through which Leadspan starts other programs. Each gets a process group of its own, and ending it ends the
 * whole group: alone, execa would leave grandchildren alive.
 */
import type { Readable, Writable } from "node:stream"
import { execa } from "execa"
import { Data, Effect } from "effect"

export interface ProcessEnd {
  /** null where a signal ended it */
  readonly exitCode: number | null
  readonly signal: string | null
}

export interface GroupProcess {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** file descriptor 3, for events */
  readonly events: Readable
  /** Resolves when the process has ended; never fails. */
  readonly ended: Promise<ProcessEnd>
  /** Signals the whole group. */
  readonly signal: (signal: NodeJS.Signals) => void
}

export interface ProcessRequest {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly graceSeconds?: number
  /** sees the pid, which is the group's, as soon as there is one */
  readonly onSpawned?: (pid: number) => void
}

export class CannotStart extends Data.TaggedError("CannotStart")<{ readonly command: string; readonly detail: string }> {
  override get message(): string {
    return `cannot start ${this.command}: ${this.detail}`
  }
}

const living = new Set<number>()

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}

// The last resort: this process ends by whatever way, and no group outlives it.
process.on("exit", () => {
  for (const pid of living) signalGroup(pid, "SIGKILL")
})

const groupIsAlive = (pid: number): boolean => {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}

const start = (request: ProcessRequest): Promise<GroupProcess> => {
  const child = execa(request.command, [...request.args], {
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    ...(request.env === undefined ? {} : { env: request.env }),
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false
  })
  return new Promise((resolve, reject) => {
    child.once("error", (error: Error) => reject(error))
    child.once("spawn", () => {
      const pid = child.pid as number
      living.add(pid)
      request.onSpawned?.(pid)
      // A worker that dies while it is written to is told by its end, not by an EPIPE here.
      child.stdin.on("error", () => {})
      resolve({
        pid,
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        events: child.stdio[3] as unknown as Readable,
        ended: child.then(
          (result) => ({ exitCode: result.exitCode ?? null, signal: result.signal ?? null }),
          () => ({ exitCode: null, signal: null })
        ),
        signal: (signal) => signalGroup(pid, signal)
      })
    })
  })
}

/** Asks the group to end, waits, then kills it: when this returns no process of it is left. */
export const endGroup = Effect.fnUntraced(function*(child: GroupProcess, graceSeconds: number) {
  child.signal("SIGTERM")
  for (let waited = 0; waited < graceSeconds * 20 && groupIsAlive(child.pid); waited++) yield* Effect.sleep("50 millis")
  child.signal("SIGKILL")
  yield* Effect.promise(() => child.ended)
  living.delete(child.pid)
})

/** Starts a program for as long as the scope lives. */
export const startGroup = (request: ProcessRequest) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => start(request),
      catch: (error) => new CannotStart({ command: request.command, detail: (error as Error).message })
    }),
    (child) => endGroup(child, request.graceSeconds ?? 5)
  )

/** Runs a program to its end; what it printed comes back. `onLine` sees each line as it comes. */
export const runToEnd = (request: ProcessRequest, onLine: (line: string) => void = () => {}) =>
  Effect.scoped(Effect.gen(function*() {
    const child = yield* startGroup(request)
    child.stdin.end()
    let output = ""
    let pending = ""
    const take = (chunk: Buffer) => {
      const text = chunk.toString("utf8")
      output = (output + text).slice(-100_000)
      const lines = (pending + text).split("\n")
      pending = lines.pop() ?? ""
      for (const line of lines) onLine(line)
    }
    child.stdout.on("data", take)
    child.stderr.on("data", take)
    child.events.resume()
    const end = yield* Effect.promise(() => child.ended)
    return { ...end, output }
  }))
