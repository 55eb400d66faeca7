/** The first outputs as a person reads them, with what each rule said: to be looked at, not computed with. */
import type { GenerateOutput } from "../engines/Task.ts"
import type { ScoreLine } from "../journal/RecordedPlan.ts"
import type { BenchmarkItem } from "../plugin/define.ts"
import { type Decoder, outputOf } from "./score.ts"

const yesNo = (isRight: boolean): string => (isRight ? "yes" : "no")

/**
 * @param outputs and @param lines of the same items and samples, in any order
 * @param most how many samples are shown, by the items' order
 */
export const sampleTexts = (
  items: ReadonlyArray<BenchmarkItem>, outputs: ReadonlyArray<GenerateOutput>, lines: ReadonlyArray<ScoreLine>, decoder: Decoder, most = 20
): string => {
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const outputAt = new Map(outputs.map((output) => [`${output.item}\n${output.sample}`, output]))
  return lines.slice(0, most).flatMap((line) => {
    const [item, output] = [itemOf.get(line.item), outputAt.get(`${line.item}\n${line.sample}`)]
    if (item === undefined || output === undefined) return []
    const { answer, finished, thought } = outputOf(output, decoder)
    const verdicts = `strict ${yesNo(line.strict)}, lenient ${yesNo(line.lenient)}, first ${yesNo(line.first)}` +
      line.forced.map((isRight) => `, forced ${yesNo(isRight)}`).join("")
    return [[
      `${item.id}, sample ${line.sample} (${item.tier}): ${verdicts}`,
      `  prompt   ${item.prompt}`,
      `  gold     ${item.gold}`,
      `  thought  ${thought}`,
      `  answer   ${answer ?? "(the thought never ended)"}${finished ? "" : " (cut at the limit)"}`
    ].join("\n")]
  }).join("\n\n") + "\n"
}
