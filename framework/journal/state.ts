/** The journal folded into what is true now: per step, its status, its attempts, its metrics. */
import type { Cost, Device } from "../engines/Protocol.ts"
import type { Judged, Metric, Record, StepKind } from "./Record.ts"

export interface StepState {
  readonly step: string
  readonly kind: StepKind
  status: "running" | "done" | "failed" | "interrupted"
  attempts: number
  startedAt: number
  endedAt: number | null
  output: string | null
  cost: typeof Cost.Type | null
  device: typeof Device.Type | null
  slot: string | null
  reusedFrom: string | null
  failure: { readonly reason: string; readonly message: string } | null
  /** place in the journal of the first record that says it is done; null where none does */
  firstDone: number | null
  /** The first journaled value and time of each (key, step) count; a resumed attempt logs the same points again. */
  readonly metrics: Map<string, Metric>
}

/** A plan that was worked through, and its place in the journal: what was done before it, was known when it was made. */
export interface PlanEntry {
  readonly object: string
  readonly place: number
}

export interface JournalState {
  readonly steps: ReadonlyMap<string, StepState>
  /** newest plan's object digest */
  readonly planObject: string | null
  readonly planId: string | null
  /** every plan, in order; one that is taken up again stands once, at its first place */
  readonly plans: ReadonlyArray<PlanEntry>
  /** looks at claims, in order */
  readonly judged: ReadonlyArray<Judged>
  readonly epoch: number
  readonly status: "never-ran" | "running" | "finished" | "failed" | "interrupted"
  readonly startedAt: number | null
  readonly endedAt: number | null
}

export interface JournalFold {
  readonly add: (record: Record) => void
  readonly state: () => JournalState
}

/** A fold that can go on: the runner adds each record as it writes it. */
export const foldJournal = (records: Iterable<Record> = []): JournalFold => {
  const steps = new Map<string, StepState>()
  let planObject: string | null = null
  let planId: string | null = null
  const plans: Array<PlanEntry> = []
  const judged: Array<Judged> = []
  let place = 0
  let epoch = 0
  let status: JournalState["status"] = "never-ran"
  let startedAt: number | null = null
  let endedAt: number | null = null

  const stepOf = (step: string, kind: StepKind, at: number): StepState => {
    const known = steps.get(step)
    if (known !== undefined) return known
    const fresh: StepState = {
      step, kind, status: "running", attempts: 0, startedAt: at, endedAt: null, output: null, cost: null, device: null,
      slot: null, reusedFrom: null, failure: null, firstDone: null,
      metrics: new Map()
    }
    steps.set(step, fresh)
    return fresh
  }

  const add = ({ at, body }: Record): void => {
    place += 1
    switch (body.type) {
      case "epoch":
        epoch = body.epoch
        status = "running"
        startedAt ??= at
        endedAt = null
        // Whoever ran before this epoch runs no more.
        for (const step of steps.values()) if (step.status === "running") step.status = "interrupted"
        return
      case "plan":
        planObject = body.object
        if (!plans.some(({ object }) => object === body.object)) plans.push({ object: body.object, place })
        planId = body.planId
        return
      case "started": {
        const step = stepOf(body.step, body.kind, at)
        Object.assign(step, {
          status: "running", attempts: body.attempt, device: body.device, slot: body.slot, failure: null, endedAt: null
        })
        return
      }
      case "metrics": {
        const step = steps.get(body.step)
        for (const metric of body.metrics) {
          const key = `${metric.key}\0${metric.step}`
          if (step !== undefined && !step.metrics.has(key)) step.metrics.set(key, metric)
        }
        return
      }
      case "done": {
        const step = stepOf(body.step, body.kind, at)
        Object.assign(step, { status: "done", output: body.output, cost: body.cost, endedAt: at, failure: null })
        step.firstDone ??= place
        return
      }
      case "reused": {
        const step = stepOf(body.step, body.kind, at)
        // what another experiment made was known before any plan of this one
        step.firstDone ??= body.from === "adopted" ? place : 0
        Object.assign(step, {
          status: "done", output: body.output, cost: body.cost, device: body.device ?? null, endedAt: at, reusedFrom: body.from, failure: null
        })
        return
      }
      case "failed":
        Object.assign(stepOf(body.step, body.kind, at), {
          status: "failed", attempts: body.attempt, endedAt: at, failure: { reason: body.reason, message: body.message }
        })
        return
      case "judged":
        judged.push(body)
        return
      case "ended":
        status = body.status
        endedAt = at
    }
  }
  for (const record of records) add(record)
  return { add, state: () => ({ steps, planObject, planId, plans, judged, epoch, status, startedAt, endedAt }) }
}
