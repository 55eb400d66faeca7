/** Reads the tokenizer files of a Hugging Face folder: bounded in size, decoded by Schema, every fault located. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { reasonOf, SequenceError } from "./SequenceError.ts"

const MiB = 1024 * 1024
const maxTokenizerBytes = 64 * MiB
const maxConfigBytes = 4 * MiB
const maxTemplateBytes = MiB / 4

const Content = Schema.Union([Schema.String, Schema.Struct({ content: Schema.String })])
const Part = Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))

/** The fields of `tokenizer.json` that decide how offsets are found; the library reads the rest. */
const TokenizerJson = Schema.Struct({
  added_tokens: Schema.Array(Schema.Struct({ id: Schema.Int, content: Schema.String, special: Schema.Boolean })),
  normalizer: Part,
  pre_tokenizer: Part,
  post_processor: Part,
  decoder: Part,
  model: Schema.Struct({
    type: Schema.optionalKey(Schema.String),
    vocab: Schema.Record(Schema.String, Schema.Int)
  })
})
export type TokenizerJson = typeof TokenizerJson.Type

const TokenizerConfig = Schema.Struct({
  bos_token: Schema.optionalKey(Schema.NullOr(Content)),
  eos_token: Schema.optionalKey(Schema.NullOr(Content)),
  pad_token: Schema.optionalKey(Schema.NullOr(Content)),
  chat_template: Schema.optionalKey(Schema.NullOr(Schema.Union([
    Schema.String,
    Schema.Array(Schema.Struct({ name: Schema.String, template: Schema.String }))
  ])))
})

export interface TokenizerFiles {
  readonly tokenizer: TokenizerJson
  /** both files as they stand, for the library */
  readonly rawTokenizer: object
  readonly rawConfig: object
  readonly special: { readonly bos: string | null; readonly eos: string | null; readonly pad: string | null }
  readonly template: string | null
}

const readText = (path: string, maxBytes: number): string => {
  if (!existsSync(path)) {
    throw new SequenceError({
      code: "file-missing", where: path, expected: "a file", found: "none",
      advice: "Name a Hugging Face folder that holds tokenizer.json and tokenizer_config.json."
    })
  }
  const { size } = statSync(path)
  if (size > maxBytes) {
    throw new SequenceError({
      code: "file-too-large", where: path, expected: `at most ${maxBytes} bytes`, found: `${size}`,
      advice: "This is not a tokenizer that is in use anywhere; check the file."
    })
  }
  return readFileSync(path, "utf8")
}

const decodeAs = <A>(schema: Schema.ConstraintDecoder<A>, path: string, value: unknown): A => {
  try {
    return Schema.decodeUnknownSync(schema)(value)
  } catch (thrown) {
    throw new SequenceError({
      code: "file-malformed", where: path, expected: "the fields of a Hugging Face tokenizer", found: reasonOf(thrown),
      advice: "Save the tokenizer again with `transformers` or `tokenizers`."
    })
  }
}

const parseJson = (path: string, maxBytes: number): unknown => {
  const text = readText(path, maxBytes)
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new SequenceError({
      code: "file-malformed", where: path, expected: "JSON", found: reasonOf(thrown), advice: "Fetch the file again."
    })
  }
}

const content = (token: typeof Content.Type | null | undefined): string | null =>
  token === null || token === undefined ? null : typeof token === "string" ? token : token.content

/** Older folders keep the template in tokenizer_config.json (one, or several by name), newer ones in chat_template.jinja. */
const templateOf = (folder: string, config: typeof TokenizerConfig.Type): string | null => {
  const path = join(folder, "chat_template.jinja")
  if (existsSync(path)) return readText(path, maxTemplateBytes)
  const template = config.chat_template
  if (template === null || template === undefined) return null
  if (typeof template === "string") return template
  return template.find(({ name }) => name === "default")?.template ?? null
}

/** SentencePiece's usual kind, whose file has other fields than those that are read here. */
const refuseUnigram = (path: string, raw: unknown): void => {
  if ((raw as { readonly model?: { readonly type?: unknown } } | null)?.model?.type !== "Unigram") return
  throw new SequenceError({
    code: "tokenizer-unsupported", where: path, expected: "a character-level or byte-level BPE tokenizer", found: "Unigram, as SentencePiece makes it",
    advice: "Token offsets cannot be rebuilt for this kind, so segments could not be located; choose a model with another tokenizer."
  })
}

/** @throws SequenceError */
export const readTokenizerFiles = (folder: string): TokenizerFiles => {
  const tokenizerPath = join(folder, "tokenizer.json")
  const configPath = join(folder, "tokenizer_config.json")
  const rawTokenizer = parseJson(tokenizerPath, maxTokenizerBytes)
  const rawConfig = parseJson(configPath, maxConfigBytes)
  refuseUnigram(tokenizerPath, rawTokenizer)
  const tokenizer = decodeAs(TokenizerJson, tokenizerPath, rawTokenizer)
  const config = decodeAs(TokenizerConfig, configPath, rawConfig)
  return {
    tokenizer,
    rawTokenizer: rawTokenizer as object,
    rawConfig: rawConfig as object,
    special: { bos: content(config.bos_token), eos: content(config.eos_token), pad: content(config.pad_token) },
    template: templateOf(folder, config)
  }
}
