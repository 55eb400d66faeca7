/**
 * Who may write an experiment's journal: one holder at a time, on any host that sees the folder. A lease is a file made
 * exclusively; its holder moves a counter. It needs neither file locks nor clocks that agree, so it holds on NFS.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, writeSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { Data, Effect, Schema } from "effect"
import { syncFolder, writeDurably } from "./durable.ts"
import { identityOf, isGone, isOfThisHost, ProcessIdentity } from "./process-identity.ts"

/** A holder's counter that stands still for so long means that the holder is gone. */
export const staleAfterSeconds = 30
const beatEverySeconds = 5

const Holder = Schema.Struct({ ...ProcessIdentity.fields, writer: Schema.String })
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

const heldBy = (experiment: string, holder: Holder | null) =>
  new LeaseHeld({ experiment, host: holder?.host ?? "unknown", pid: holder?.pid ?? 0 })

const counterStandsStill = Effect.fnUntraced(function*(beatPath: string, seconds: number) {
  const first = readOr(beatPath, "")
  for (let waited = 0; waited < seconds; waited++) {
    yield* Effect.sleep("1 second")
    if (readOr(beatPath, "") !== first) return false
  }
  return true
})

/**
 * Holder of the newest lease if it still holds it; null where the experiment is free. Does not wait, so that a holder on
 * another host counts as holding.
 */
export const currentHolder = (folder: string): Holder | null => {
  const newest = epochsIn(folder).at(-1)
  if (newest === undefined) return null
  const path = pathOf(folder, newest)
  if (existsSync(`${path}.released`)) return null
  const holder = readHolder(path)
  return holder === null || isGone(holder) ? null : holder
}

/** Fails with `LeaseHeld` if somebody of this host holds the lease. Writes nothing and does not wait. */
export const refuseIfHeld = (folder: string, experiment: string): Effect.Effect<void, LeaseHeld> => Effect.suspend(() => {
  const holder = currentHolder(folder)
  return holder !== null && isOfThisHost(holder) ? Effect.fail(heldBy(experiment, holder)) : Effect.void
})

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
    const isOurs = holder !== null && isOfThisHost(holder)
    const isStale = (holder !== null && isGone(holder)) || (!isOurs && (yield* counterStandsStill(`${path}.beat`, staleSeconds)))
    if (!isStale) return yield* heldBy(experiment, readHolder(path))
  }
  const epoch = newest + 1
  const path = pathOf(folder, epoch)
  const writer = `${hostname().replace(/[^A-Za-z0-9-]/g, "-")}-${process.pid}-${epoch}`
  const mine: Holder = { ...identityOf(process.pid), writer }
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
  if (!taken) return yield* heldBy(experiment, readHolder(path))
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
  let lastBeat = Date.now()
  const beat = Effect.suspend(() => {
    try {
      if (!lease.beat()) return onLost
      lastBeat = Date.now()
      return Effect.void
    } catch {
      // A disk that is full or away for a moment; others believe in the lease only for so long.
      return (Date.now() - lastBeat) / 1000 > staleAfterSeconds / 2 ? onLost : Effect.void
    }
  })
  const beating = Effect.forever(Effect.andThen(beat, Effect.sleep(`${beatEverySeconds} seconds`)))
  yield* Effect.forkScoped(beating)
  return lease
})
