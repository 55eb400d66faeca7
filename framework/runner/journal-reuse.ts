/** Lines in an experiment's journal for what others made, metrics included: a projection then needs no other journal. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { Cost } from "../engines/Protocol.ts"
import type { JournalState } from "../journal/state.ts"
import type { Store } from "../journal/store.ts"
import type { JournalWriter } from "../journal/writer.ts"
import type { Step } from "../plan/Step.ts"
import type { KnownStep } from "./known-steps.ts"

const decodeCost = Schema.decodeUnknownOption(Schema.fromJsonString(Cost))
const metricsPerRecord = 500

/** Workers lay their cost beside what they made: it survives a kill between the output's last file and the journal's line. */
const costInOutput = (folder: string): typeof Cost.Type | null => {
  const path = join(folder, "cost.json")
  if (!existsSync(path)) return null
  const cost = decodeCost(readFileSync(path, "utf8"))
  return cost._tag === "Some" ? cost.value : null
}

/**
 * @param own state of this experiment   @param others what other experiments know of steps
 * @param toExecute steps that will be made, and so journaled, anyway
 */
export const journalReuse = (
  steps: ReadonlyArray<Step>, own: () => JournalState, others: ReadonlyMap<string, KnownStep>, store: Store,
  writer: JournalWriter, toExecute: ReadonlySet<string>
): void => {
  for (const step of steps) {
    if (toExecute.has(step.id)) continue
    const before = own().steps.get(step.id)
    if (before?.status === "done") continue
    const other = others.get(step.id)
    const output = store.digest(step.id) ?? other?.state.output ?? null
    if (output === null) continue
    // Made by this experiment, whose last line was lost: adopted, and its own.
    const isOwn = other === undefined || (before !== undefined && before.attempts > 0 && other.state.status !== "done")
    writer.appendLater({
      type: "reused", step: step.id, kind: step.kind, output, from: isOwn ? "adopted" : other.experiment,
      cost: other?.state.cost ?? costInOutput(store.path(step.id)), device: (isOwn ? before?.device : other.state.device) ?? null
    })
    const metrics = isOwn ? [] : [...other.state.metrics.values()]
    for (let from = 0; from < metrics.length; from += metricsPerRecord) {
      writer.appendLater({ type: "metrics", step: step.id, attempt: 0, metrics: metrics.slice(from, from + metricsPerRecord) })
    }
  }
  writer.commit()
}
