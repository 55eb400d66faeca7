/** The journal folded into what is true now: per step, its status, its attempts, its metrics. */
import type { Cost, Device } from "../engines/Protocol.ts"
import type { Metric, Record, StepKind } from "./Record.ts"

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
  /** The first journaled value and time of each (key, step) count; a resumed attempt logs the same points again. */
  readonly metrics: Map<string, Metric>
}

export interface JournalState {
  readonly steps: ReadonlyMap<string, StepState>
  /** newest plan's object digest */
  readonly planObject: string | null
  readonly planId: string | null
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
  let epoch = 0
  let status: JournalState["status"] = "never-ran"
  let startedAt: number | null = null
  let endedAt: number | null = null

  const stepOf = (step: string, kind: StepKind, at: number): StepState => {
    const known = steps.get(step)
    if (known !== undefined) return known
    const fresh: StepState = {
      step, kind, status: "running", attempts: 0, startedAt: at, endedAt: null, output: null, cost: null, device: null,
      slot: null, reusedFrom: null, failure: null, metrics: new Map()
    }
    steps.set(step, fresh)
    return fresh
  }

  const add = ({ at, body }: Record): void => {
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
      case "done":
        Object.assign(stepOf(body.step, body.kind, at), {
          status: "done", output: body.output, cost: body.cost, endedAt: at, failure: null
        })
        return
      case "reused":
        Object.assign(stepOf(body.step, body.kind, at), {
          status: "done", output: body.output, cost: body.cost, device: body.device ?? null, endedAt: at, reusedFrom: body.from, failure: null
        })
        return
      case "failed":
        Object.assign(stepOf(body.step, body.kind, at), {
          status: "failed", attempts: body.attempt, endedAt: at, failure: { reason: body.reason, message: body.message }
        })
        return
      case "ended":
        status = body.status
        endedAt = at
    }
  }
  for (const record of records) add(record)
  return { add, state: () => ({ steps, planObject, planId, epoch, status, startedAt, endedAt }) }
}
