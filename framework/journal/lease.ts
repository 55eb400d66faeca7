/**
 * Who may write an experiment's journal: one holder at a time, on any host that sees the folder. A lease is a file made
 * exclusively; its holder moves a counter. It needs neither file locks nor clocks that agree, so it holds on NFS.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, writeSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { Data, Effect, Schema } from "effect"
import { syncFolder, writeDurably } from "./durable.ts"

/** A holder's counter that stands still for so long means that the holder is gone. */
export const staleAfterSeconds = 30
const beatEverySeconds = 5

const Holder = Schema.Struct({
  host: Schema.String, pid: Schema.Int, processStart: Schema.String, bootId: Schema.String, writer: Schema.String
})
type Holder = typeof Holder.Type
const decodeHolder = Schema.decodeUnknownSync(Schema.fromJsonString(Holder))

export class LeaseHeld extends Data.TaggedError("LeaseHeld")<{
  readonly experiment: string
  readonly host: string
  readonly pid: number
}> {
  override get message(): string {
    return `experiment ${this.experiment} is being run by process ${this.pid} on ${this.host}; ` +
      "wait for it to end or stop it, then run again (`leadspan status` shows what it does)"
  }
}

export interface Lease {
  readonly epoch: number
  readonly writer: string
  /** False once another holder has taken over: whoever held it must stop writing. */
  readonly beat: () => boolean
  readonly release: () => void
}

const readOr = (path: string, fallback: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return fallback
  }
}

/** Start time of a process in clock ticks since boot: with the pid and the boot it names one process for ever. */
const processStart = (pid: number): string | null => {
  const text = readOr(`/proc/${pid}/stat`, "")
  // The command's name may hold spaces and brackets: fields are counted after the last one.
  return text === "" ? null : text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null
}

const bootId = (): string => readOr("/proc/sys/kernel/random/boot_id", "").trim()

const epochsIn = (folder: string): ReadonlyArray<number> =>
  existsSync(folder)
    ? readdirSync(folder).filter((name) => /^\d{8}$/.test(name)).map(Number).sort((a, b) => a - b)
    : []

const pathOf = (folder: string, epoch: number): string => join(folder, String(epoch).padStart(8, "0"))

/** A lease file is made before it is filled: one without contents belongs to a holder that is about to write them. */
const readHolder = (path: string): Holder | null => {
  try {
    return decodeHolder(readFileSync(path, "utf8"))
  } catch {
    return null
  }
}

const isGoneOnThisHost = (holder: Holder): boolean =>
  holder.host === hostname() &&
  (holder.bootId !== bootId() || processStart(holder.pid) !== holder.processStart)

const counterStandsStill = Effect.fnUntraced(function*(beatPath: string, seconds: number) {
  const first = readOr(beatPath, "")
  for (let waited = 0; waited < seconds; waited++) {
    yield* Effect.sleep("1 second")
    if (readOr(beatPath, "") !== first) return false
  }
  return true
})

/** Holder of the newest lease if it still holds it; null where the experiment is free. Does not wait. */
export const currentHolder = (folder: string): Holder | null => {
  const newest = epochsIn(folder).at(-1)
  if (newest === undefined) return null
  const path = pathOf(folder, newest)
  if (existsSync(`${path}.released`)) return null
  const holder = readHolder(path)
  return holder === null || isGoneOnThisHost(holder) ? null : holder
}

/**
 * Takes the lease of the experiment whose leases are in `folder`.
 * A holder on another host is watched for `staleSeconds`; one that is gone from this host is replaced at once.
 * @throws LeaseHeld if somebody holds it
 */
export const acquireLease = Effect.fn("acquireLease")(function*(
  folder: string, experiment: string, staleSeconds: number = staleAfterSeconds
) {
  mkdirSync(folder, { recursive: true })
  const newest = epochsIn(folder).at(-1) ?? 0
  if (newest > 0 && !existsSync(`${pathOf(folder, newest)}.released`)) {
    const path = pathOf(folder, newest)
    const holder = readHolder(path)
    const isOurs = holder !== null && holder.host === hostname()
    const isGone = holder !== null && isGoneOnThisHost(holder)
    const isStale = isGone || (!isOurs && (yield* counterStandsStill(`${path}.beat`, staleSeconds)))
    if (!isStale) return yield* new LeaseHeld({ experiment, host: holder?.host ?? "unknown", pid: holder?.pid ?? 0 })
  }
  const epoch = newest + 1
  const path = pathOf(folder, epoch)
  const writer = `${hostname().replace(/[^A-Za-z0-9-]/g, "-")}-${process.pid}-${epoch}`
  const mine: Holder = {
    host: hostname(), pid: process.pid, processStart: processStart(process.pid) ?? "", bootId: bootId(), writer
  }
  const taken = yield* Effect.sync(() => {
    try {
      const descriptor = openSync(path, "wx")
      writeSync(descriptor, JSON.stringify(mine))
      fsyncSync(descriptor)
      closeSync(descriptor)
      syncFolder(folder)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
      throw error
    }
  })
  if (!taken) {
    const winner = readHolder(path)
    return yield* new LeaseHeld({ experiment, host: winner?.host ?? "unknown", pid: winner?.pid ?? 0 })
  }
  let count = 0
  const lease: Lease = {
    epoch,
    writer,
    beat: () => {
      if (existsSync(pathOf(folder, epoch + 1))) return false
      writeDurably(`${path}.beat`, String(++count))
      return true
    },
    release: () => writeDurably(`${path}.released`, "")
  }
  lease.beat()
  return lease
})

/** The lease of an experiment for as long as the scope lives; `onLost` is run if another holder takes over. */
export const holdLease = Effect.fn("holdLease")(function*(
  folder: string, experiment: string, onLost: Effect.Effect<void>
) {
  const lease = yield* Effect.acquireRelease(acquireLease(folder, experiment), (held) => Effect.sync(held.release))
  const beating: Effect.Effect<void> = Effect.suspend(() => lease.beat() ? Effect.void : onLost).pipe(
    Effect.andThen(Effect.sleep(`${beatEverySeconds} seconds`)),
    Effect.forever
  )
  yield* Effect.forkScoped(beating)
  return lease
})
