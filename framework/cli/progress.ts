/** What a run in progress shows: one line a slot and one for the whole in a terminal, plain lines elsewhere. */
import type { JournalState } from "../journal/state.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { Step } from "../plan/Step.ts"
import type { SlotProgress } from "../runner/attempt.ts"
import { duration, isTerminal, short } from "./terminal.ts"

export interface ProgressView {
  readonly onProgress: (progress: SlotProgress) => void
  /** after each state change */
  readonly onChange: () => void
  readonly start: (execute: ReadonlyArray<Step>, state: () => JournalState) => void
  readonly stop: () => void
}

const bar = (share: number, width = 16): string => {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * width)
  return `${"█".repeat(filled)}${"░".repeat(width - filled)}`
}

const secondsPerRedraw = 0.25
/** Without a terminal a line is written when something ends, and after so much silence. */
const secondsPerPlainLine = 30

export const makeProgress = (plan: RecordedPlan): ProgressView => {
  const slots = new Map<string, SlotProgress>()
  let execute: ReadonlyArray<Step> = []
  let state: () => JournalState = () => { throw new Error("not started") }
  let startedAt = Date.now()
  let drawn = 0
  let lastPlain = Date.now()
  let timer: NodeJS.Timeout | null = null
  const told = new Set<string>()

  const isDone = (id: string) => state().steps.get(id)?.status === "done"
  const distinct = plan.cells.filter(({ status }) => status === "distinct")
  const isCellDone = (cell: RecordedPlan["cells"][number]) =>
    cell.trials.every(({ evaluations, id }) => isDone(id) && Object.values(evaluations).every(({ score }) => isDone(score)))

  const summary = (): string => {
    const cells = distinct.filter(isCellDone).length
    const left = execute.filter(({ id }) => !isDone(id))
    const predicted = execute.reduce((sum, step) => sum + step.predictedSeconds, 0)
    const leftPredicted = left.reduce((sum, step) => sum + step.predictedSeconds, 0)
    const elapsed = (Date.now() - startedAt) / 1000
    const speed = predicted - leftPredicted > 0 ? elapsed / (predicted - leftPredicted) : null
    const remaining = speed === null ? "" : `, about ${duration(leftPredicted * speed)} left`
    return `${cells} of ${distinct.length} cells done, ${execute.length - left.length} of ${execute.length} steps, ${duration(elapsed)}${remaining}`
  }
  const slotLine = ({ done, phase, step, tokensPerSecond, total }: SlotProgress): string => {
    const speed = tokensPerSecond > 0 ? ` ${short(tokensPerSecond)} tokens/s` : ""
    return `${bar(total > 0 ? done / total : 0)} ${phase.padEnd(8)} ${done}/${total}${speed}  ${step.label}`
  }
  /** A line that wraps would be two lines to erase. */
  const fit = (line: string): string => {
    const columns = (process.stdout.columns ?? 100) - 1
    return line.length > columns ? `${line.slice(0, columns - 1)}…` : line
  }
  const erase = (): void => {
    if (drawn > 0) process.stdout.write(`\u001b[${drawn}A\u001b[J`)
    drawn = 0
  }
  const draw = (): void => {
    erase()
    const lines = [...[...slots.values()].map(slotLine), summary()]
    process.stdout.write(lines.map((line) => `${fit(line)}\n`).join(""))
    drawn = lines.length
  }
  const tellEnds = (): void => {
    for (const step of execute) {
      const known = state().steps.get(step.id)
      if (known === undefined || told.has(`${step.id}${known.status}${known.attempts}`)) continue
      if (known.status === "failed") {
        told.add(`${step.id}${known.status}${known.attempts}`)
        if (drawn > 0) erase()
        process.stdout.write(`failed: ${step.label}, attempt ${known.attempts}: ${known.failure?.reason}: ${known.failure?.message}\n`)
      } else if (known.status === "done" && !isTerminal() && step.kind !== "score") {
        told.add(`${step.id}${known.status}${known.attempts}`)
        const seconds = known.cost === null ? "" : ` in ${duration(known.cost.wallSeconds)}`
        process.stdout.write(`${step.kind}: ${step.label}${seconds}; ${summary()}\n`)
        lastPlain = Date.now()
      }
    }
  }
  return {
    onProgress: (progress) => { slots.set(progress.slot, progress) },
    onChange: tellEnds,
    start: (steps, current) => {
      execute = steps
      state = current
      startedAt = Date.now()
      if (isTerminal()) {
        timer = setInterval(draw, secondsPerRedraw * 1000)
      } else {
        timer = setInterval(() => {
          if (Date.now() - lastPlain < secondsPerPlainLine * 1000) return
          lastPlain = Date.now()
          process.stdout.write(`${[...slots.values()].map(({ done, phase, step, total }) => `${phase} ${step.label} ${done}/${total}`).join("; ")}; ${summary()}\n`)
        }, 1000)
      }
      timer.unref()
    },
    stop: () => {
      if (timer !== null) clearInterval(timer)
      if (drawn > 0) {
        erase()
        process.stdout.write(`${summary()}\n`)
      }
    }
  }
}
