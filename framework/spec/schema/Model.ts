/** Where a model comes from. */
import { Schema } from "effect"
import { int, text, withDefault } from "./annotate.ts"

const Named = Schema.Struct({
  model: text(
    "A model plugin (`tiny/teacher`), a Hugging Face repository (`hf:org/name`), or a local folder that begins with `./`, `../` or `/`."
  ),
  revision: withDefault(
    Schema.NullOr(Schema.String).annotate({
      description: "Commit of the Hugging Face repository; null for other sources."
    }),
    null
  )
}).annotate({ description: "A model that exists." })

const Fresh = Schema.Struct({
  init: Schema.Record(Schema.String, Schema.Json).annotate({
    description: "Fields of the architecture's config.json; weights are drawn from `seed`."
  }),
  seed: int("Seed of the drawn weights."),
  tokenizer: text("Model whose tokenizer is used, named as in `model`.")
}).annotate({ description: "A model with fresh weights." })

const Trained = Schema.Struct({
  train: text(
    "Another experiment file, relative to the file in which this is written; its one trial's student is the model."
  )
}).annotate({ description: "A model that another experiment trains." })

export const ModelRef = Schema.Union([Named, Fresh, Trained]).annotate({
  identifier: "Model",
  description: "A model: `{ model }`, `{ init, seed, tokenizer }` or `{ train }`."
})
export type ModelRef = typeof ModelRef.Type
