/** Every output as text, with what each rule took for its answer: what a report shows of single items. */
import type { GenerateOutput } from "../engines/Task.ts"
import type { OutputText, ScoreLine } from "../journal/RecordedPlan.ts"
import type { BenchmarkItem } from "../plugin/define.ts"
import { type Decoder, outputOf } from "./score.ts"

const nothing = { strict: null, lenient: null, first: null, forced: [] }

/**
 * @param lines scores, in whose order the texts come: what the rules read was kept with them
 * @param outputs of the same items and samples, in any order; one that is missing is passed over
 */
export const outputTexts = (
  items: ReadonlyArray<BenchmarkItem>,
  outputs: ReadonlyArray<GenerateOutput>,
  lines: ReadonlyArray<Pick<ScoreLine, "item" | "sample" | "extracted">>,
  decoder: Decoder
): ReadonlyArray<OutputText> => {
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const outputAt = new Map(outputs.map((output) => [`${output.item}\n${output.sample}`, output]))
  return lines.flatMap(({ extracted = nothing, item: id, sample }) => {
    const [item, output] = [itemOf.get(id), outputAt.get(`${id}\n${sample}`)]
    if (item === undefined || output === undefined) return []
    const read = outputOf(output, decoder)
    return [{ item: id, sample, prompt: item.prompt, gold: item.gold, thought: read.thought, answer: read.answer, read: extracted }]
  })
}
