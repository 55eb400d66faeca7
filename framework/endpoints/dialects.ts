/**
 * Engines that are known: how each says which it is, and the fields that make it sample from the whole distribution as the
 * evaluation says, since each has habits of its own (llama.cpp samples from the 40 likeliest tokens unless it is told not to).
 */

export interface Dialect {
  /** as `via.engine` begins */
  readonly name: string
  /** what `owned_by` of its models says; null where it says nothing telling */
  readonly ownedBy: string | null
  /** where its version stands: path below the server's root, and keys of the JSON there */
  readonly versions: ReadonlyArray<{ readonly path: string; readonly keys: ReadonlyArray<string> }>
  /** fields of each request */
  readonly neutral: Readonly<Record<string, unknown>>
}

/** @source vLLM `entrypoints/openai/completion/protocol.py`: a model's `generation_config.json` would set them otherwise */
const vllm: Dialect = {
  name: "vllm", ownedBy: "vllm",
  versions: [{ path: "/version", keys: ["version"] }],
  neutral: {
    top_k: -1, min_p: 0, repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0,
    skip_special_tokens: false, spaces_between_special_tokens: false, add_special_tokens: false
  }
}

/** @source SGLang `srt/entrypoints/openai/protocol.py`, `srt/sampling/sampling_params.py` */
const sglang: Dialect = {
  name: "sglang", ownedBy: "sglang",
  versions: [{ path: "/server_info", keys: ["version"] }, { path: "/get_server_info", keys: ["version"] }],
  neutral: { top_k: -1, min_p: 0, repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0, skip_special_tokens: false }
}

/** Temperature first, as the nucleus is drawn from the tempered distribution. @source llama.cpp `tools/server/README.md` */
const llamaCpp: Dialect = {
  name: "llama.cpp", ownedBy: "llamacpp",
  versions: [{ path: "/props", keys: ["build_info"] }],
  neutral: { samplers: ["temperature", "top_p"] }
}

/** @source llama-cpp-python `llama_cpp/server/types.py` */
const llamaCppPython: Dialect = {
  name: "llama-cpp-python", ownedBy: null,
  versions: [{ path: "/openapi.json", keys: ["info", "version"] }],
  neutral: { top_k: 0, min_p: 0, repeat_penalty: 1 }
}

const dialects: ReadonlyArray<Dialect> = [vllm, sglang, llamaCpp, llamaCppPython]

/** What `via.engine` declares: `vllm 0.11.0`. */
export const declaredEngine = (engine: string): { readonly name: string; readonly version: string } => {
  const [name = "", ...version] = engine.trim().split(/\s+/u)
  return { name: name.toLowerCase(), version: version.join(" ") }
}

/** Of an engine that is not known nothing but OpenAI's own fields is expected. */
export const dialectOf = (name: string): Dialect =>
  dialects.find((dialect) => dialect.name === name) ?? { name, ownedBy: null, versions: [], neutral: {} }

/** Who the owner of a served model is known to be; null where that tells nothing. */
export const dialectOfOwner = (ownedBy: string): Dialect | null => dialects.find((dialect) => dialect.ownedBy === ownedBy) ?? null

/**
 * Whether a declared version is the one that the server states, or its beginning.
 * ```ts
 * isSameVersion("0.11", "0.11.2+cu129") // => true
 * isSameVersion("b6710", "b6710-9a1fc02") // => true
 * isSameVersion("0.1", "0.11.2") // => false
 * ```
 */
export const isSameVersion = (declared: string, stated: string): boolean => {
  const parts = (text: string): ReadonlyArray<string> => text.replace(/^v(?=\d)/u, "").split(/[.+\-\s]/u)
  const [own, theirs] = [parts(declared), parts(stated)]
  return own.every((part, index) => part === theirs[index])
}
