/** Every output as text, with what each rule took for its answer: what a report shows of single items. */
import type { GenerateOutput } from "../engines/Task.ts"
import type { OutputText } from "../journal/RecordedPlan.ts"
import type { BenchmarkItem, BenchmarkPlugin } from "../plugin/define.ts"
import { type Decoder, outputOf } from "./score.ts"

/**
 * @param order items and samples in the order that texts are wanted in, such as that of the scores
 * @param outputs of the same items and samples, in any order; one that is missing is passed over
 */
export const outputTexts = (
  benchmark: BenchmarkPlugin,
  items: ReadonlyArray<BenchmarkItem>,
  outputs: ReadonlyArray<GenerateOutput>,
  order: ReadonlyArray<{ readonly item: string; readonly sample: number }>,
  decoder: Decoder
): ReadonlyArray<OutputText> => {
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const outputAt = new Map(outputs.map((output) => [`${output.item}\n${output.sample}`, output]))
  return order.flatMap(({ item: id, sample }) => {
    const [item, output] = [itemOf.get(id), outputAt.get(`${id}\n${sample}`)]
    if (item === undefined || output === undefined) return []
    const read = outputOf(output, decoder)
    return [{
      item: id, sample, prompt: item.prompt, gold: item.gold, thought: read.thought, answer: read.answer,
      read: {
        strict: benchmark.strict(read), lenient: benchmark.lenient(read), first: benchmark.first(read),
        forced: output.forced.map(({ ids }) => benchmark.forced(decoder.decode(ids)))
      }
    }]
  })
}
