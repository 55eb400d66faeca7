/** Processor time of one thread, as the kernel counts it: a limit in it does not hang on how busy the machine is. */
import { readFileSync, readlinkSync } from "node:fs"

/** The kernel's ticks of `stat` files, a second: 100 on every Linux that Node runs on. */
const millisecondsOfTick = 10

/** The calling thread's folder under /proc; null where the kernel tells nothing. */
export const ownThread = (): string | null => {
  try {
    return `/proc/${readlinkSync("/proc/thread-self")}`
  } catch {
    return null
  }
}

/** Milliseconds that a thread has computed, user and system; null where that cannot be told. */
export const processorMilliseconds = (thread: string | null): number | null => {
  if (thread === null) return null
  try {
    const text = readFileSync(`${thread}/stat`, "utf8")
    // The second field, the command's name, may hold spaces and brackets; user and system time are the 14th and 15th.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
    return (Number(fields[11]) + Number(fields[12])) * millisecondsOfTick
  } catch {
    return null
  }
}
