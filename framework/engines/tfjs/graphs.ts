/**
 * The recorded functions of a worker, kept across its tasks: trials of one grid differ in weights and data, not in their graphs.
 * Known by everything that shaped them, never by who asked first, so a trial's numbers do not depend on what ran before it.
 */
import { add, nothing, now, type Spent, subtract } from "./spent.ts"
import { type GraphFunction, plain, plainSized, record, type RecordedFunction, recordSized, type SizedFunction } from "./record/record.ts"

export type { GraphFunction }

export interface Graphs {
  /**
   * The function known by `key` (JSON of all it depends on besides its inputs), made at its first use. Do not dispose it; a later
   * `get` may.
   */
  readonly get: (key: unknown, make: () => GraphFunction) => Promise<RecordedFunction>
  /** The same for a function of batches of any number of sequences; `make` is given a number of them. */
  readonly getSized: (key: unknown, make: (size: number) => GraphFunction) => Promise<SizedFunction>
  readonly size: () => number
  /** time spent on making graphs so far: it serves later tasks too */
  readonly making: () => Spent
  readonly dispose: () => void
}

/** Sessions held at once: each keeps its graph and kernels in memory. */
const capacity = 64

/** @param isRecorded false runs the same functions op by op */
export const makeGraphs = (isRecorded: boolean): Graphs => {
  const kept = new Map<string, RecordedFunction | SizedFunction>()
  let making = nothing

  const find = async <F extends RecordedFunction | SizedFunction>(key: unknown, make: () => F | Promise<F>): Promise<F> => {
    const text = JSON.stringify(key)
    let found = kept.get(text) as F | undefined
    if (found === undefined) {
      const before = now()
      found = await make()
      making = add(making, subtract(now(), before))
      const [eldest] = kept
      if (kept.size >= capacity && eldest !== undefined) {
        eldest[1].dispose()
        kept.delete(eldest[0])
      }
    }
    // Last used goes last: a Map remembers the order of insertion.
    kept.delete(text)
    kept.set(text, found)
    return found
  }

  return {
    get: (key, make) => find(["one", key], () => {
      const { fn, specs } = make()
      return isRecorded ? record(fn, specs) : plain(fn, specs)
    }),
    getSized: (key, make) => find(["sized", key], () => isRecorded ? recordSized(make) : plainSized(make)),
    size: () => kept.size,
    making: () => making,
    dispose: () => {
      for (const graph of kept.values()) graph.dispose()
      kept.clear()
    }
  }
}
