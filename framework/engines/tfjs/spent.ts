/** Time by the clock and by the processor, in seconds. */
export interface Spent {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

export const nothing: Spent = { wallSeconds: 0, cpuSeconds: 0 }

/** Since some moment in the past; only differences mean anything. */
export const now = (): Spent => {
  const { user, system } = process.cpuUsage()
  return { wallSeconds: performance.now() / 1000, cpuSeconds: (user + system) / 1e6 }
}

export const add = (a: Spent, b: Spent): Spent => ({ wallSeconds: a.wallSeconds + b.wallSeconds, cpuSeconds: a.cpuSeconds + b.cpuSeconds })

/** a - b, and no less than nothing. */
export const subtract = (a: Spent, b: Spent): Spent => ({
  wallSeconds: Math.max(0, a.wallSeconds - b.wallSeconds), cpuSeconds: Math.max(0, a.cpuSeconds - b.cpuSeconds)
})

/**
 * A clock of a task's work. What `startUp` counts meanwhile is left out: graphs are made once and serve later trials too.
 * @param before of earlier attempts
 */
export const startClock = (before: Spent, startUp: () => Spent): () => Spent => {
  const [start, startUpBefore] = [now(), startUp()]
  return () => add(before, subtract(subtract(now(), start), subtract(startUp(), startUpBefore)))
}
