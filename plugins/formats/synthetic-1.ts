/**
 * SYNTHETIC-1 and its SFT edition: `<think>` in `llm_response`, or, where that is missing, in the assistant's turn of `messages`.
 * The reference is `verification_info`'s ground_truth, else the last box (or the one line) of `gold_standard_solution`.
 * `score` tells whether the answer is right: 1 is, anything less is not, null does not say.
 */
import { defineFormat, type RawRecord, Schema, withDefault } from "leadspan"
import { assistantTurns, textOfTurn, turnsIn } from "./thought-markers/dialogue.ts"
import { idIn, missing, objectIn, textIn } from "./thought-markers/fields.ts"
import { finish } from "./thought-markers/finish.ts"
import { thinkMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { correctOf, goldFromSolution, goldOf, tierOf } from "./thought-markers/told.ts"

const responseOf = (record: RawRecord): string | null => {
  const response = textIn(record, "llm_response")
  if (response !== null) return response
  const replies = assistantTurns(turnsIn(record, ["messages"])?.turns ?? [])
  return replies.length === 1 ? textOfTurn(replies[0]!) : null
}

const example = {
  response_id: "r1", problem_id: "vfm_1", source: "numina", in_source_id: "17", task_type: "verifiable_math", prompt: "What is 2+2?",
  gold_standard_solution: "Adding gives $\\boxed{4}$.", verification_info: "{\"ground_truth\": \"4\"}", score: 1,
  llm_response: "<think>\nTwo and two make four.\n</think>\n\nThe sum is \\boxed{4}."
}

export default defineFormat({
  name: "synthetic-1",
  version: 1,
  options: Schema.Struct({
    openedByPrompt: withDefault(Schema.Boolean.annotate({ description: "Responses begin inside the thought and hold `</think>` alone." }), false)
  }),
  describes: "SYNTHETIC-1 and its SFT edition: prompt `prompt`, thought and answer in `llm_response` or `messages`, by <think>",
  recognise: bySign(proof.dataset, "`prompt`, `task_type` and `llm_response` or `messages`", (record) =>
    textIn(record, "prompt") !== null && textIn(record, "task_type") !== null && responseOf(record) !== null),
  traces: (record, { openedByPrompt }) => {
    const [prompt, response] = [textIn(record, "prompt"), responseOf(record)]
    if (prompt === null || response === null) return [missing(record, prompt === null ? ["prompt"] : ["llm_response", "messages"])]
    return [finish({
      prompt, correct: correctOf(record.score), tier: tierOf(objectIn(record, "metadata") ?? {}, "difficulty") ?? tierOf(record, "task_type"),
      gold: goldOf(objectIn(record, "verification_info")?.ground_truth) ?? goldFromSolution(record.gold_standard_solution),
      id: idIn(record, "response_id")
    }, takeApart(response, thinkMarkers, { openedByPrompt }))]
  },
  examples: [
    {
      record: example,
      traces: [{
        id: "r1", prompt: "What is 2+2?", cot: "Two and two make four.", answer: "The sum is \\boxed{4}.", gold: "4", correct: true, closed: true, tier: "verifiable_math"
      }]
    },
    {
      record: { ...example, llm_response: null, score: 0, messages: [{ role: "user", content: "What is 2+2?" }, { role: "assistant", content: "<think>\nFive?\n</think>\n5" }] },
      traces: [{ cot: "Five?", answer: "5", gold: "4", correct: false }]
    },
    { record: { ...example, llm_response: "<think>\nTwo and" }, traces: [{ cot: "Two and", answer: "", closed: false }] }
  ]
})
