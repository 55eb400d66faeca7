/**
 * Starts a program that outlives us, in a process group of its own, and ends that whole group later, maybe from another
 * process: so a process is named by pid, start time and boot, never by its pid alone.
 */
import { spawn } from "node:child_process"
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs"
import { bootId, startField, statFields } from "../journal/proc.ts"

export interface ProcessIdentity {
  readonly pid: number
  /** clock ticks since boot, as the kernel tells it */
  readonly startTicks: string
  readonly bootId: string
}

const readOr = (path: string, fallback: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return fallback
  }
}

export const identityOf = (pid: number): ProcessIdentity | null => {
  const fields = statFields(pid)
  return fields === null ? null : { pid, startTicks: fields[startField]!, bootId: bootId() }
}

/** True while that very process lives; a zombie does not. */
export const isAlive = (identity: ProcessIdentity): boolean => {
  const fields = statFields(identity.pid)
  return fields !== null && fields[0] !== "Z" && fields[startField] === identity.startTicks && identity.bootId === bootId()
}

/** Living processes of a group that carry `mark` in their environment: children that a killed leader left behind. */
export const membersOfGroup = (group: number, mark: string): ReadonlyArray<number> =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    const fields = statFields(pid)
    return fields !== null && fields[0] !== "Z" && Number(fields[2]) === group &&
      readOr(`/proc/${pid}/environ`, "").split("\0").includes(mark)
  })

export interface DetachedRequest {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  /** the whole environment: nothing is inherited */
  readonly env: Readonly<Record<string, string>>
  /** both outputs go there; it is emptied first */
  readonly logFile: string
}

/** Starts it and lets go of it. Rejects where it cannot be started at all. */
export const spawnDetached = async (request: DetachedRequest): Promise<ProcessIdentity> => {
  const log = openSync(request.logFile, "w")
  try {
    // Node's own spawn: execa would carry the output itself, and the server outlives us.
    const child = spawn(request.command, [...request.args], {
      cwd: request.cwd, env: { ...request.env }, stdio: ["ignore", log, log], detached: true
    })
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", () => resolve())
      child.once("error", (error: Error) => reject(error))
    })
    child.unref()
    const pid = child.pid
    if (pid === undefined) throw new Error("it has no process id")
    return identityOf(pid) ?? { pid, startTicks: "0", bootId: bootId() }
  } finally {
    closeSync(log)
  }
}

/** Signals a whole group; one that is gone is no fault. */
export const signalGroup = (group: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
