/**
 * Chats whose assistant's turn is marked. Several data sets share the shape, so each has a thin plugin of its name.
 *
 *     {"system": "...", "conversations": [{"from": "user", "value": "..."},
 *       {"from": "assistant", "value": "<|begin_of_thought|>\n\n...\n\n<|end_of_thought|>\n\n<|begin_of_solution|>...<|end_of_solution|>"}]}
 */
import type { FormatTrace, RawRecord, Refusal } from "leadspan"
import { dialogueIn, assistantTurns, textOfTurn, turnsIn } from "./dialogue.ts"
import { idIn } from "./fields.ts"
import { finish, isRefusal } from "./finish.ts"
import type { MarkerPair } from "./marker-pairs.ts"
import { takeApart, type TakeApartOptions } from "./take-apart.ts"
import { correctOf, goldFromSolution, goldOf, tierOf } from "./told.ts"

/** The trace of a record's one exchange. */
export const tracesOfChat = (record: RawRecord, markers: MarkerPair, options: TakeApartOptions = {}): ReadonlyArray<FormatTrace | Refusal> => {
  const dialogue = dialogueIn(record)
  if (isRefusal(dialogue)) return [dialogue]
  return [finish({
    prompt: dialogue.prompt, system: dialogue.system, ...toldBeside(record)
  }, takeApart(dialogue.reply, markers, options))]
}

/** What chats tell beside their turns, under the names that are used for it. */
export const toldBeside = (record: RawRecord) => ({
  gold: goldOf(record.gold) ?? goldOf(record._gold) ?? goldOf(record.ground_truth) ?? goldFromSolution(record.answer),
  correct: correctOf(record.correct) ?? correctOf(record.is_correct) ?? correctOf(record.correctness),
  tier: tierOf(record, "tier", "level", "difficulty"),
  id: idIn(record, "id", "uuid", "unique_id", "train_id")
})

/** Recognises chats by the markers in the assistant's turns; `proves` is what the sign is worth. */
export const byMarkers = (proves: number, { closer, opener }: MarkerPair) => (sample: ReadonlyArray<RawRecord>) => {
  const found = sample.map((record) => turnsIn(record)).filter((chat) => chat !== null)
  const replies = found.flatMap(({ turns }) => assistantTurns(turns)).map(textOfTurn)
  // Where the prompt opens the thought, only closers are there.
  const sign = replies.some((text) => text.includes(opener)) ? opener : closer
  const marked = replies.filter((text) => text.includes(sign)).length
  const column = found[0]?.column ?? "conversations"
  return {
    score: sample.length === 0 || replies.length === 0 ? 0 : proves * (found.length / sample.length) * (marked / replies.length),
    because: found.length === 0 ? "no column holds a chat" : `\`${column}\` with ${sign} in ${marked} of ${replies.length} assistant turns`
  }
}
