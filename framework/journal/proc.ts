/** What the kernel tells of processes, under /proc. */
import { readFileSync } from "node:fs"

const readOr = (path: string, fallback: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return fallback
  }
}

/** Fields of /proc/PID/stat from the third on (the state first); null where there is no such process. */
export const statFields = (pid: number): ReadonlyArray<string> | null => {
  const text = readOr(`/proc/${pid}/stat`, "")
  // The second field, the command's name, may hold spaces and brackets: fields are counted after the last one.
  return text === "" ? null : text.slice(text.lastIndexOf(")") + 2).split(" ")
}

/** Place of a process's start, in clock ticks since boot, among `statFields`. */
export const startField = 19

/** Another one after each boot. */
export const bootId = (): string => readOr("/proc/sys/kernel/random/boot_id", "").trim()
