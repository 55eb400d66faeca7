/**
 * Where each token ends in the text. The tokenizer library gives tokens but no offsets, so they are rebuilt from the tokens
 * and checked: joined together again, the tokens must be exactly the text, or the text is refused.
 *
 * Offsets count *units*: UTF-16 code units for a character tokenizer, UTF-8 bytes for byte-level BPE (a token may end inside
 * a character there).
 */
import { byteOf } from "./byte-alphabet.ts"
import { quote, SequenceError } from "./SequenceError.ts"

export type OffsetUnit = "characters" | "bytes"

const mismatch = (where: string, text: string, found: string) =>
  new SequenceError({
    code: "tokenizer-offsets",
    where,
    expected: `tokens that join to the text ${quote(text)}`,
    found,
    advice: "This tokenizer changes or drops text, so segments cannot be located in it; use a character-level or byte-level BPE tokenizer."
  })

const characterEnds = (tokens: ReadonlyArray<string>, text: string, where: string): Int32Array => {
  const ends_T = new Int32Array(tokens.length)
  let at = 0
  for (const [t, token] of tokens.entries()) {
    if (!text.startsWith(token, at)) throw mismatch(where, text, `token ${quote(token)} at character ${at}`)
    at += token.length
    ends_T[t] = at
  }
  if (at !== text.length) throw mismatch(where, text, `tokens that end at character ${at} of ${text.length}`)
  return ends_T
}

const byteEnds = (
  tokens: ReadonlyArray<string>, isAdded: (token: string) => boolean, text: string, where: string
): Int32Array => {
  const bytes = Buffer.from(text, "utf8")
  const ends_T = new Int32Array(tokens.length)
  let at = 0
  for (const [t, token] of tokens.entries()) {
    if (isAdded(token)) {
      const added = Buffer.from(token, "utf8")
      if (bytes.compare(added, 0, added.length, at, Math.min(at + added.length, bytes.length)) !== 0) {
        throw mismatch(where, text, `token ${quote(token)} at byte ${at}`)
      }
      at += added.length
    } else {
      for (let i = 0; i < token.length; i++, at++) {
        if (bytes[at] !== byteOf(token.charCodeAt(i))) throw mismatch(where, text, `token ${quote(token)} near byte ${at}`)
      }
    }
    ends_T[t] = at
  }
  if (at !== bytes.length) throw mismatch(where, text, `tokens that end at byte ${at} of ${bytes.length}`)
  return ends_T
}

/**
 * End of each token, exclusive, in units, [T]; token t covers [ends[t-1], ends[t]).
 * @param isAdded added tokens stand for their own text, not for bytes of the alphabet
 * @throws SequenceError if the tokens do not join to the text
 */
export const tokenEnds = (
  unit: OffsetUnit, tokens: ReadonlyArray<string>, isAdded: (token: string) => boolean, text: string, where: string
): Int32Array => unit === "characters" ? characterEnds(tokens, text, where) : byteEnds(tokens, isAdded, text, where)

/** UTF-16 offsets of `text`, none before the last, in units. */
export const unitsAt = (unit: OffsetUnit, text: string, offsets: ReadonlyArray<number>): ReadonlyArray<number> => {
  if (unit === "characters") return offsets
  let [from, bytes] = [0, 0]
  return offsets.map((offset) => {
    bytes += Buffer.byteLength(text.slice(from, offset), "utf8")
    from = offset
    return bytes
  })
}

/** A UTF-16 offset of `text` in units. */
export const unitsBefore = (unit: OffsetUnit, text: string, offset: number): number =>
  unit === "characters" ? offset : Buffer.byteLength(text.slice(0, offset), "utf8")
