/** The traces: where they come from, and which of them are used. */
import { Schema } from "effect"
import { between, bool, choice, count, int, natural, options, orNull, text, withDefault } from "./annotate.ts"

export const Contamination = Schema.Struct({
  check: withDefault(choice(["off", "report", "drop"], "What is done about a problem that an evaluation of the plan asks, too."), "report"),
  ngram: withDefault(count("Words of an n-gram."), 8),
  share: withDefault(between(0, 1, "Share of an evaluation item's n-grams found in a problem from which on the two count as one."), 0.5)
}).annotate({ identifier: "Contamination", description: "Whether training problems are looked for among the evaluations of the plan." })

export const Transform = Schema.Struct({
  name: text("A transform plugin."),
  options: options("Options of the transform plugin.")
}).annotate({ identifier: "Transform", description: "A change of each trace before it is tokenised." })

export const Data = Schema.Struct({
  source: text(
    "A data-set plugin, a file (`jsonl:FILE`, `json:FILE`, `csv:FILE`, `parquet:FILE`, or `file:FILE` by its extension; relative to the file in which this is written), or `hf:ORGANISATION/NAME`."
  ),
  revision: withDefault(orNull(Schema.String, "Commit or tag of a data set of the hub; required there."), null),
  files: withDefault(orNull(Schema.String, "Glob of the files of a data set of the hub; null takes the data files of its split `train`."), null),
  format: withDefault(text("A format plugin, which finds prompt, thought and answer in a record; `auto` looks at the first records."), "auto"),
  options: options("Options of the data-set plugin, or of the format."),
  where: withDefault(orNull(Schema.String, "SQL predicate over a record's columns; records that do not fulfil it are not used."), null),
  limit: withDefault(orNull(count("Records."), "At most so many records, after `where`, in the order of the files."), null),
  train: count("Training problems."),
  validation: natural("Held-out problems, never shared with training: the common yardstick of all cells."),
  seed: withDefault(int("Draws another sample of problems."), 0),
  shuffle: withDefault(bool("Draw in an order that hangs on the seed and the problem; false takes the order of the files."), true),
  maxTokens: withDefault(orNull(count("Tokens."), "Longest sequence, in tokens after the chat template; null sets no limit."), null),
  overLength: withDefault(choice(["drop", "cut"], "Whether a longer sequence is dropped (and another drawn) or cut at its end."), "drop"),
  onePerProblem: withDefault(bool("Use one trace a problem."), false),
  correctOnly: withDefault(bool("Use only traces of which the data say that the answer is right."), false),
  deduplicate: withDefault(bool("Use a trace once: the same problem with the same thought and answer."), true),
  thoughtNeverEnds: withDefault(choice(["keep", "drop"], "What is done with a thought that was cut off before its end; kept, it has neither closer nor answer."), "drop"),
  contamination: withDefault(Contamination, {}),
  onBadRecord: withDefault(choice(["stop", "skip"], "Whether a record that cannot be read stops the plan or is counted."), "stop"),
  systemPrompt: withDefault(choice(["keep", "drop"], "What is done with a system message that stands before the prompt."), "drop"),
  derivation: withDefault(choice(["strict", "loose", "equivalent", "off"],
    "How the first derivation of the answer is found in a thought where the data do not tell it."), "strict"),
  transform: withDefault(Schema.Array(Transform).annotate({ description: "Changes of each trace before it is tokenised, one after the other." }), [])
}).annotate({ identifier: "Data", description: "The reasoning traces to train and validate on." })
export type Data = typeof Data.Type
