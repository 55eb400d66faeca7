/** Names one process for ever: a pid alone comes again, with its start and the boot it does not. */
import { hostname } from "node:os"
import { Schema } from "effect"
import { bootId, startField, statFields } from "./proc.ts"

export const ProcessIdentity = Schema.Struct({
  host: Schema.String,
  pid: Schema.Int,
  /** clock ticks from boot to its start */
  processStart: Schema.String,
  bootId: Schema.String
})
export type ProcessIdentity = typeof ProcessIdentity.Type

/** State letter and start of a process of this host; null where there is none. */
const statOf = (pid: number): { readonly state: string; readonly start: string } | null => {
  const fields = statFields(pid)
  return fields === null ? null : { state: fields[0] ?? "", start: fields[startField] ?? "" }
}

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
