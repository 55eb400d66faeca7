/**
 * Rollouts of prime-rl: `prompt` with the chat template applied, which ends in `<think>`, so that `completion` begins inside the
 * thought and holds `</think>` alone. A completion that the length limit cut has no end-of-sentence token: cut in its thought
 * it never ends; cut in its answer it is refused as `answer-never-ends`, unless `options: { endToken: optional }` says that
 * completions were stored without that token.
 */
import { defineFormat, type RawRecord, Schema, withDefault } from "leadspan"
import { withoutEndTokens } from "./thought-markers/edges.ts"
import { idIn, missing, objectIn, textIn } from "./thought-markers/fields.ts"
import { finish, isRefusal } from "./thought-markers/finish.ts"
import { thinkMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takePromptApart } from "./thought-markers/rendered-prompt.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { correctOf, goldOf } from "./thought-markers/told.ts"

const idOf = (record: RawRecord): string | undefined => {
  const [request, output] = [idIn(record, "request_idx"), idIn(record, "output_idx")]
  return request === undefined ? undefined : output === undefined ? request : `${request}/${output}`
}

const example = {
  request_idx: 0, output_idx: 1, prompt: "<｜begin▁of▁sentence｜><｜User｜>What is 2+2?<｜Assistant｜><think>\n",
  completion: "Two and two make four.\n</think>\n\n\\boxed{4}<｜end▁of▁sentence｜>", verification_info: "{\"ground_truth\": \"4\"}", task_reward: 1, advantage: 0.5
}

export default defineFormat({
  name: "prime-rl",
  version: 1,
  options: Schema.Struct({
    endToken: withDefault(Schema.Literals(["required", "optional"]).annotate({
      description: "Whether a finished completion holds its end-of-sentence token as text."
    }), "required")
  }),
  describes: "prime-rl rollouts: prompt inside the rendered `prompt`, which ends in <think>; thought and answer in `completion`, by </think>",
  recognise: bySign(proof.dataset, "a rendered `prompt` that ends in <think>, beside `completion`,", (record) =>
    textIn(record, "completion") !== null && (textIn(record, "prompt") ?? "").trimEnd().endsWith(thinkMarkers.opener)),
  traces: (record, { endToken }) => {
    const [rendered, completion] = [textIn(record, "prompt"), textIn(record, "completion")]
    if (rendered === null || completion === null) return [missing(record, [...(rendered === null ? ["prompt"] : []), ...(completion === null ? ["completion"] : [])])]
    const asked = takePromptApart(rendered)
    if (isRefusal(asked)) return [asked]
    const parts = takeApart(completion, thinkMarkers, { openedByPrompt: asked.opening === thinkMarkers.opener })
    if (!isRefusal(parts) && parts.closed && parts.answer !== "" && endToken === "required" && !withoutEndTokens(completion).hadEnd) {
      return [{ reason: "answer-never-ends", detail: "the completion has no end-of-sentence token, so its answer was cut" }]
    }
    return [finish({
      prompt: asked.prompt, system: asked.system, gold: goldOf(objectIn(record, "verification_info")?.ground_truth),
      correct: correctOf(record.task_reward), id: idOf(record)
    }, parts)]
  },
  examples: [
    {
      record: example,
      traces: [{ id: "0/1", prompt: "What is 2+2?", cot: "Two and two make four.", answer: "\\boxed{4}", gold: "4", correct: true, closed: true }]
    },
    { record: { ...example, completion: "Two and", task_reward: 0 }, traces: [{ cot: "Two and", answer: "", correct: false, closed: false }] },
    { record: { ...example, completion: "Four.\n</think>\n\nThe ans" }, traces: [{ reason: "answer-never-ends" }] },
    { options: { endToken: "optional" }, record: { ...example, completion: "Four.\n</think>\n\n4" }, traces: [{ cot: "Four.", answer: "4", closed: true }] },
    { record: { ...example, completion: "Four, <think>\n</think>\n\n4<｜end▁of▁sentence｜>" }, traces: [{ reason: "nested-markers" }] }
  ]
})
