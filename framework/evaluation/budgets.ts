/** Outputs that were made for the thought budgets of several cells, as one of them reads them. */
import { Schema } from "effect"
import { GenerateOutput } from "../engines/Task.ts"

const decodeOutput = Schema.decodeUnknownOption(Schema.fromJsonString(GenerateOutput))

/**
 * The lines of `outputs.jsonl` with the answers of `budgets` alone, in that order. A line that is no output of all `generated`
 * budgets stays as it is: scoring says what is wrong with it.
 */
export const withBudgets = (outputs: string, generated: ReadonlyArray<number>, budgets: ReadonlyArray<number>): string => {
  if (generated.join() === budgets.join()) return outputs
  return outputs.split("\n").map((line) => {
    const output = line === "" ? undefined : decodeOutput(line)
    if (output === undefined || output._tag === "None") return line
    const forced = budgets.flatMap((budget) => output.value.forced.find(({ thoughtTokens }) => thoughtTokens === budget) ?? [])
    return forced.length < budgets.length ? line : JSON.stringify({ ...output.value, forced })
  }).join("\n")
}
