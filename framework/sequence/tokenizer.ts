/**
 * A tokenizer of a Hugging Face folder, with what the library leaves out: offsets (`offsets.ts`).
 *
 * Two families are read: *character-level* (each token of the vocabulary is one character) and *byte-level BPE* (GPT-2,
 * Llama 3, Qwen). For others offsets cannot be rebuilt from the tokens, and they are refused with the reason.
 */
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers"
import type { Effect } from "effect"
import { byteOf } from "./byte-alphabet.ts"
import { type OffsetUnit, tokenEnds } from "./offsets.ts"
import { pieceEncoder } from "./piece-encoder.ts"
import { attempt, quote, reasonOf, SequenceError } from "./SequenceError.ts"
import { type ChatTemplate, makeTemplate } from "./template.ts"
import { readTokenizerFiles, type TokenizerJson } from "./tokenizer-files.ts"

/** A text as tokens. T tokens. */
export interface Encoding {
  readonly ids_T: Int32Array
  /** end of each token, exclusive, in the tokenizer's unit */
  readonly ends_T: Int32Array
}

export interface Tokenizer {
  readonly folder: string
  readonly unit: OffsetUnit
  /** one more than the largest id */
  readonly vocabularySize: number
  readonly eosId: number | null
  readonly padId: number | null
  readonly template: ChatTemplate | null
  /** The token that closes a thought in the template: the added token of its closer, or the closer itself if it is one token. */
  readonly endOfThoughtId: number | null
  /** Tokens that end a generation: the end-of-sequence token and the one that the template puts after the answer. */
  readonly stopIds: ReadonlyArray<number>
  /** The tokenizer's normaliser (Qwen: NFC), applied to texts before segments are located in them. */
  readonly normalise: (text: string) => string
  /** @throws SequenceError, naming `where`, if a symbol is not in the vocabulary or the tokens do not join to the text */
  readonly encode: (text: string, where?: string) => Encoding
  /** Text of ids, special tokens included. An empty list is an empty text. */
  readonly decode: (ids: ArrayLike<number>) => string
  /** One token for people to read: its text, or its bytes as `\xE2\x82` where they are no whole character. */
  readonly textOf: (id: number) => string
  readonly idOf: (token: string) => number | null
}

const pieces = (part: TokenizerJson["pre_tokenizer"]): ReadonlyArray<Record<string, unknown>> =>
  part === null ? [] : Array.isArray(part["pretokenizers"]) ? part["pretokenizers"] : [part]

const unitOf = (json: TokenizerJson, where: string): OffsetUnit => {
  const refuse = (found: string) => new SequenceError({
    code: "tokenizer-unsupported", where, expected: "a character-level or byte-level BPE tokenizer", found,
    advice: "Token offsets cannot be rebuilt for this kind, so segments could not be located; choose a model with another tokenizer."
  })
  const kind = json.model.type ?? "a model without type"
  const byteLevel = pieces(json.pre_tokenizer).find((piece) => piece["type"] === "ByteLevel")
  if (kind === "BPE" && byteLevel) {
    if (byteLevel["add_prefix_space"] === true) throw refuse("byte-level BPE with add_prefix_space, which adds a space to the text")
    return "bytes"
  }
  if (kind === "WordLevel") {
    const added = new Set(json.added_tokens.map((token) => token.content))
    const long = Object.keys(json.model.vocab).find((token) => !added.has(token) && [...token].length !== 1)
    if (long !== undefined) throw refuse(`a word-level vocabulary (token ${quote(long)})`)
    return "characters"
  }
  throw refuse(kind === "BPE" ? "BPE without byte-level pre-tokenizer" : kind)
}

const build = (folder: string): Tokenizer => {
  const files = readTokenizerFiles(folder)
  const where = `${folder}/tokenizer.json`
  const unit = unitOf(files.tokenizer, where)
  let library: LibraryTokenizer
  try {
    library = new LibraryTokenizer(files.rawTokenizer, files.rawConfig)
  } catch (thrown) {
    throw new SequenceError({
      code: "tokenizer-unsupported", where, expected: "parts that the tokenizer library knows", found: reasonOf(thrown),
      advice: "Choose a model with another tokenizer."
    })
  }
  const added = new Set(files.tokenizer.added_tokens.map((token) => token.content))
  const isAdded = (token: string) => added.has(token)
  const idOf = (token: string | null): number | null => token === null ? null : library.token_to_id(token) ?? null

  const pieces = unit === "bytes" ? pieceEncoder(library) : null
  const encode = (text: string, at = where): Encoding => {
    const known = pieces?.(text)
    if (known !== undefined && known !== null) return known
    const { ids, tokens } = library.encode(text, { add_special_tokens: false })
    // Unknown symbols are never trained on silently, not even where the vocabulary has a token for them.
    const unknown = tokens.findIndex((token: string) => library.token_to_id(token) === undefined)
    if (unknown !== -1) {
      throw new SequenceError({
        code: "tokenizer-unknown-symbol", where: at, expected: `symbols of the vocabulary of ${folder}`,
        found: `${quote(tokens[unknown]!)} in ${quote(text)}`, advice: "Use a tokenizer whose vocabulary covers the data."
      })
    }
    return { ids_T: Int32Array.from(ids), ends_T: tokenEnds(unit, tokens, isAdded, text, at) }
  }

  const decode = (ids: ArrayLike<number>): string => ids.length === 0
    ? ""
    : library.decode(Array.from(ids), { skip_special_tokens: false, clean_up_tokenization_spaces: false })

  const textOf = (id: number): string => {
    const token: string | undefined = library.id_to_token(id)
    if (token === undefined) return `[${id}]`
    if (unit === "characters" || isAdded(token)) return token
    const text = decode([id])
    if (!text.includes("\uFFFD")) return text
    return Array.from(token, (symbol) => `\\x${byteOf(symbol.charCodeAt(0)).toString(16).toUpperCase().padStart(2, "0")}`).join("")
  }

  const template = files.template === null ? null : makeTemplate(files.template, files.special, folder)
  const eosId = idOf(files.special.eos)
  const { endOfThoughtId, turnEndId } = markersOf(template, encode, new Set(files.tokenizer.added_tokens.map((token) => token.id)))
  const stopIds = [...new Set([eosId, turnEndId])].filter((id) => id !== null)

  return {
    folder,
    unit,
    vocabularySize: largestId(files.tokenizer) + 1,
    eosId,
    padId: idOf(files.special.pad),
    template,
    endOfThoughtId,
    stopIds,
    normalise: normaliser(library, isAdded),
    encode,
    decode,
    textOf,
    idOf
  }
}

/**
 * Added tokens are taken out of a text before it is normalised, and stay as they are: `</think>` followed by U+0338 is that
 * token and a stroke, and not one sign of another shape (U+226F) where its bracket was.
 */
const normaliser = (library: LibraryTokenizer, isAdded: (token: string) => boolean): Tokenizer["normalise"] => {
  const { normalizer, splitter_unnormalized: splitter } = library as unknown as {
    readonly normalizer: { readonly normalize: (text: string) => string } | null
    readonly splitter_unnormalized: { readonly split: (text: string) => ReadonlyArray<string> }
  }
  if (normalizer === null) return (text) => text
  return (text) => {
    const whole = normalizer.normalize(text)
    return whole === text ? text : splitter.split(text).map((part) => isAdded(part) ? part : normalizer.normalize(part)).join("")
  }
}

/** Tokens by which a generation is taken apart and ended, as the template writes them. */
const markersOf = (template: ChatTemplate | null, encode: Tokenizer["encode"], added: ReadonlySet<number>) => {
  if (template === null) return { endOfThoughtId: null, turnEndId: null }
  const closer = Array.from(encode(template.frame.closer).ids_T)
  const marks = closer.filter((id) => added.has(id))
  const turnEnd = Array.from(encode(template.frame.end).ids_T).find((id) => added.has(id))
  return { endOfThoughtId: marks.length === 1 ? marks[0]! : closer.length === 1 ? closer[0]! : null, turnEndId: turnEnd ?? null }
}

const largestId = (json: TokenizerJson): number => {
  let largest = -1
  for (const id of Object.values(json.model.vocab)) if (id > largest) largest = id
  for (const { id } of json.added_tokens) if (id > largest) largest = id
  return largest
}

/** Loads the tokenizer of a Hugging Face folder: tokenizer.json, tokenizer_config.json and, if there is one, its chat template. */
export const loadTokenizer = (folder: string): Effect.Effect<Tokenizer, SequenceError> =>
  attempt(folder, () => build(folder))
