/** A data set that has the shape of `thought-markers`, under its own name, so that it is found by it. */
import { defineFormat, Schema } from "leadspan"
import { byMarkers, tracesOfChat } from "./conversations.ts"
import { thoughtMarkers } from "./marker-pairs.ts"

/** Two names for one shape: the general one is chosen where nobody says which. */
const provesLess = 0.8

/** @param question how its problems begin, for the example */
export const namedThoughtMarkers = (name: string, dataset: string, question: string) => defineFormat({
  name,
  version: 1,
  options: Schema.Struct({}),
  describes: `${dataset}: the same as \`thought-markers\`, under the data set's name`,
  recognise: byMarkers(provesLess, thoughtMarkers),
  traces: (record) => tracesOfChat(record, thoughtMarkers),
  examples: [{
    record: {
      system: "Please structure your response into two main sections: <|begin_of_thought|> {thoughts} <|end_of_thought|> and Solution.",
      conversations: [
        { from: "user", value: question },
        { from: "assistant", value: "<|begin_of_thought|>\n\nTwo and two make four.\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n\\boxed{4}\n\n<|end_of_solution|>" }
      ]
    },
    traces: [{ prompt: question, problem: "What is 2+2?", cot: "Two and two make four.", answer: "\\boxed{4}", closed: true }]
  }]
})
