/** A server that answers in place of the engine: any that speaks OpenAI's completions (vLLM, SGLang, llama.cpp). */
import { Schema } from "effect"
import { choice, count, natural, options, orNull, text, withDefault } from "./annotate.ts"

/** http or https, without credentials, query or fragment; `{port}` stands for a port that is free when a server is started. */
const address = /^https?:\/\/(?:\[[0-9A-Fa-f:]+\]|[\w.-]+)(?::(?:\d{1,5}|\{port\}))?(?:\/[\w.~%-]+)*\/?$/u
/** A name and what tells versions apart. */
const engine = /^[A-Za-z][\w.-]* \S+(?: \S+)*$/u

const ServedNames = Schema.Struct({
  student: withDefault(orNull(Schema.String, "Name of the untrained student there."), null),
  teacher: withDefault(orNull(Schema.String, "Name of the teacher there."), null)
}).annotate({
  identifier: "ServedNames",
  description: "Under which names the server has models that were not trained here; each is part of the identity. A trained student is only asked for under its own."
})

export const Via = Schema.Struct({
  openai: Schema.String.annotate({
    description: "Address of the server's API, as OpenAI's clients take it (`http://HOST:PORT/v1`); `{port}` is a free port, with `serve`."
  }).check(Schema.isPattern(address, { expected: "an address such as `http://127.0.0.1:8000/v1`, without credentials or query" })),
  engine: Schema.String.annotate({
    description: "Name and version of what answers, e.g. `vllm 0.11.0`; part of the identity, and compared with what the server says of itself."
  }).check(Schema.isPattern(engine, { expected: "a name and a version, e.g. `vllm 0.11.0`" })),
  model: withDefault(ServedNames, {}),
  apiKey: withDefault(orNull(Schema.String, "Bearer token; only as `${env:NAME}`, which keeps it out of every record."), null),
  prompt: withDefault(
    choice(["text", "tokens"], "Prompts are sent as the text of the chat template, or as token ids where the server takes them."),
    "text"
  ),
  request: options("Further fields of each request, e.g. `{ top_k: 20 }`; part of the identity."),
  concurrency: withDefault(count("Requests at once."), 16),
  timeoutSeconds: withDefault(count("Longest wait for one answer, in seconds."), 600),
  retries: withDefault(natural("Further tries of a request that got no usable answer, later each time."), 5),
  serve: withDefault(
    orNull(
      Schema.Array(text("Word of the command.")).check(Schema.isMinLength(1, { expected: "a command" })),
      "Command that starts a server for one model; `{folder}`, `{name}` and `{port}` are filled in."
    ),
    null
  ),
  startSeconds: withDefault(count("Longest wait for a server that `serve` starts, in seconds."), 600)
}).annotate({ identifier: "Via", description: "A server that generates in place of the engine." })
