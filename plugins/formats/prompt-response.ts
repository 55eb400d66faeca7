/**
 * Two columns of any name: a prompt, and a response that marks its thought. The names are those that data sets use
 * (question, instruction, …; response, completion, output, …), or what the options say. Markers: `<think>` or
 * `<|begin_of_thought|>`, whichever opens the response; or two of your own.
 */
import { defineFormat, type RawRecord, Schema, withDefault } from "leadspan"
import { toldBeside } from "./thought-markers/conversations.ts"
import { missing, textIn, textUnder } from "./thought-markers/fields.ts"
import { finish } from "./thought-markers/finish.ts"
import { type MarkerPair, thinkMarkers, thoughtMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"

const prompts = ["prompt", "question", "problem", "instruction", "query", "input", "user"]
const responses = ["response", "completion", "output", "generation", "model_output", "generated_text", "assistant"]

/** Columns by their usual names; for the response also a name that goes on from one, such as `response_text`. */
const responseIn = (record: RawRecord): string | null =>
  textUnder(record, responses) ?? textUnder(record, Object.keys(record).filter((key) => responses.some((name) => key.startsWith(`${name}_`))))

const ownPair = ({ closer, opener }: { readonly opener: string | null; readonly closer: string | null }): MarkerPair | null =>
  opener === null || closer === null || opener === "" || closer === "" ? null : { opener, closer }

const pairOf = (response: string): MarkerPair =>
  response.includes(thoughtMarkers.opener) || response.includes(thoughtMarkers.closer) ? thoughtMarkers : thinkMarkers

const isMarked = (response: string): boolean => [thinkMarkers, thoughtMarkers].some(({ opener }) => response.trimStart().startsWith(opener))

export default defineFormat({
  name: "prompt-response",
  version: 1,
  options: Schema.Struct({
    prompt: withDefault(Schema.NullOr(Schema.String).annotate({ description: "The prompt's column; null: the first usual name." }), null),
    response: withDefault(Schema.NullOr(Schema.String).annotate({ description: "The response's column; null: the first usual name." }), null),
    opener: withDefault(Schema.NullOr(Schema.String).annotate({ description: "What begins a thought; null: <think> or <|begin_of_thought|>." }), null),
    closer: withDefault(Schema.NullOr(Schema.String).annotate({ description: "What ends a thought; needed with `opener`." }), null),
    openedByPrompt: withDefault(Schema.Boolean.annotate({ description: "Responses begin inside the thought and hold the closer alone." }), false)
  }),
  describes: "two columns of any name: a prompt, and a response with its thought between <think> and </think> (or markers of your own)",
  recognise: bySign(proof.guess, "a response that begins with <think> or <|begin_of_thought|>, beside a prompt,", (record) =>
    textUnder(record, prompts) !== null && isMarked(responseIn(record) ?? "")),
  traces: (record, options) => {
    const prompt = options.prompt === null ? textUnder(record, prompts) : textIn(record, options.prompt)
    const response = options.response === null ? responseIn(record) : textIn(record, options.response)
    if (prompt === null || response === null) {
      return [missing(record, [...(prompt === null ? [options.prompt ?? "prompt"] : []), ...(response === null ? [options.response ?? "response"] : [])])]
    }
    const pair = ownPair(options) ?? pairOf(response)
    return [finish({ prompt, system: textIn(record, "system"), ...toldBeside(record) }, takeApart(response, pair, options))]
  },
  examples: [
    {
      record: { question: "What is 2+2?", response: "<think>\nTwo and two make four.\n</think>\n\n4", answer: "4" },
      traces: [{ prompt: "What is 2+2?", cot: "Two and two make four.", answer: "4", gold: "4", closed: true }]
    },
    {
      record: { train_id: "ot_1", user: "What is 2+2?", assistant_first_500_chars: "<|begin_of_thought|>\n\nTwo and" },
      traces: [{ prompt: "What is 2+2?", cot: "Two and", answer: "", closed: false }]
    },
    {
      options: { prompt: "q", response: "r", opener: "[THINK]", closer: "[/THINK]" },
      record: { q: "What is 2+2?", r: "[THINK]Four.[/THINK]4", prompt: "x", response: "<think>" },
      traces: [{ prompt: "What is 2+2?", cot: "Four.", answer: "4", closed: true }]
    }
  ]
})
