/**
 * What a run keeps for its own time: steps' input files, and who its workers are. A run that was killed leaves it behind;
 * the next one ends the workers that outlived it, if any does, and clears it away.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { identityOf, isGone, isOfThisHost, ProcessIdentity } from "../journal/process-identity.ts"

const decodeIdentity = Schema.decodeUnknownOption(Schema.fromJsonString(ProcessIdentity))

export interface Scratch {
  readonly folder: string
  readonly noteWorker: (pid: number) => void
  readonly clear: () => void
}

const endSeconds = 10

/** Kills the group of a worker whose runner was killed, and waits until it is gone. */
const endOrphan = Effect.fnUntraced(function*(worker: ProcessIdentity) {
  if (!isOfThisHost(worker) || isGone(worker)) return
  try {
    process.kill(-worker.pid, "SIGKILL")
  } catch {
    // It has ended meanwhile.
  }
  for (let waited = 0; waited < endSeconds * 50 && !isGone(worker); waited++) yield* Effect.sleep("20 millis")
})

/** Scratch folder of an epoch below `folder`, the experiment's own; those of earlier epochs are cleared, their workers ended. */
export const openScratch = Effect.fnUntraced(function*(folder: string, epoch: number) {
  for (const earlier of existsSync(folder) ? readdirSync(folder) : []) {
    const workers = join(folder, earlier, "workers")
    for (const name of existsSync(workers) ? readdirSync(workers) : []) {
      const worker = decodeIdentity(readFileSync(join(workers, name), "utf8"))
      if (worker._tag === "Some") yield* endOrphan(worker.value)
    }
    rmSync(join(folder, earlier), { recursive: true, force: true })
  }
  const own = join(folder, String(epoch))
  mkdirSync(join(own, "workers"), { recursive: true })
  return {
    folder: own,
    noteWorker: (pid) => writeFileSync(join(own, "workers", String(pid)), JSON.stringify(identityOf(pid))),
    clear: () => rmSync(folder, { recursive: true, force: true })
  } satisfies Scratch
})
