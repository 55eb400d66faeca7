/** Names one process for ever: a pid alone comes again, with its start and the boot it does not. */
import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import { Schema } from "effect"

export const ProcessIdentity = Schema.Struct({
  host: Schema.String,
  pid: Schema.Int,
  /** clock ticks from boot to its start */
  processStart: Schema.String,
  bootId: Schema.String
})
export type ProcessIdentity = typeof ProcessIdentity.Type

const readOr = (path: string, fallback: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return fallback
  }
}

/** State letter and start of a process of this host; null where there is none. */
const statOf = (pid: number): { readonly state: string; readonly start: string } | null => {
  const text = readOr(`/proc/${pid}/stat`, "")
  if (text === "") return null
  // The command's name may hold spaces and brackets: fields are counted after the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return { state: fields[0] ?? "", start: fields[19] ?? "" }
}

const bootId = (): string => readOr("/proc/sys/kernel/random/boot_id", "").trim()

/** Identity of a process of this host that lives now. */
export const identityOf = (pid: number): ProcessIdentity =>
  ({ host: hostname(), pid, processStart: statOf(pid)?.start ?? "", bootId: bootId() })

export const isOfThisHost = (one: ProcessIdentity): boolean => one.host === hostname()

/** True where the process is known to have ended. One of another host is never known. A zombie has ended. */
export const isGone = (one: ProcessIdentity): boolean => {
  if (!isOfThisHost(one)) return false
  const stat = statOf(one.pid)
  return one.bootId !== bootId() || stat === null || stat.start !== one.processStart || stat.state === "Z"
}
