/**
 * Byte-level BPE, piece by piece. A pre-tokenizer cuts text into pieces (words, mostly) that are encoded one by one and come
 * again and again; the library does all of its work anew each time. Here each piece is encoded by the library once, checked
 * once, and remembered with the byte at which each of its tokens ends.
 *
 * Taken only where the tokenizer's parts are those of GPT-2's descendants with a splitting rule of their own (Llama 3, Qwen):
 * other tokenizers, and texts that are no plain case, are encoded by the library whole.
 */
import { byteOf, writtenBytes } from "./byte-alphabet.ts"

/** What is used of the library's tokenizer, whose own declarations leave these parts out. */
interface LibraryParts {
  readonly normalizer: ((text: string) => string) | null
  readonly pre_tokenizer: { readonly tokenizers?: ReadonlyArray<PreTokenizer> } | null
  readonly model: { readonly encode: (pieces: ReadonlyArray<string>) => ReadonlyArray<string>; readonly tokens_to_ids: ReadonlyMap<string, number> }
  readonly added_tokens: ReadonlyArray<{ readonly content: string; readonly id: number; readonly lstrip: boolean; readonly rstrip: boolean; readonly normalized: boolean }>
  readonly remove_space?: boolean
  readonly do_lowercase_and_remove_accent?: boolean
}
type PreTokenizer = {
  readonly pre_tokenize_text: (text: string) => ReadonlyArray<string>
  readonly config?: Readonly<Record<string, unknown>>
}

/** Tokens of a piece: ids, and the byte within the piece at which each ends. */
interface Piece { readonly ids: ReadonlyArray<number>; readonly ends: ReadonlyArray<number> }

export interface Encoded { readonly ids_T: Int32Array; readonly ends_T: Int32Array }
/** Null where the library has to encode the whole text. */
export type PieceEncoder = (text: string) => Encoded | null

const maxPieces = 100_000
/** Longer ones hardly ever come again. */
const maxRemembered = 64

/** Null where the tokenizer is of another make. */
export const pieceEncoder = (library: unknown): PieceEncoder | null => {
  const { added_tokens: added, do_lowercase_and_remove_accent: lowers, model, normalizer, pre_tokenizer: pre, remove_space: removes } =
    library as LibraryParts
  const stages = pre?.tokenizers
  const last = stages?.at(-1)?.config
  if (stages === undefined || stages.length < 2 || last?.["type"] !== "ByteLevel" || last["use_regex"] !== false || last["add_prefix_space"] === true) return null
  if (lowers === true || removes === true || typeof model?.encode !== "function") return null
  if (added.some(({ lstrip, normalized, rstrip }) => lstrip || rstrip || (normalized && normalizer !== null))) return null
  const splits = stages.slice(0, -1)
  if (splits.some((split) => typeof split.pre_tokenize_text !== "function")) return null
  const piecesOf = (section: string): ReadonlyArray<string> => {
    let pieces: ReadonlyArray<string> = [section]
    for (const split of splits) pieces = pieces.length === 1 ? split.pre_tokenize_text(pieces[0]!) : pieces.flatMap((piece) => split.pre_tokenize_text(piece))
    return pieces
  }
  // The longest of those that begin at one place is meant, as in the library.
  const longestFirst = added.map(({ content }) => content).sort((a, b) => b.length - a.length)
  const anyAdded = new RegExp(`(${longestFirst.map((content) => content.replace(/[\\^$.*+?()[\]{}|]/gu, "\\$&")).join("|")})`, "u")
  const sectionsOf = (text: string): ReadonlyArray<string> => longestFirst.length === 0 ? [text] : text.split(anyAdded)
  const addedIds = new Map(added.map(({ content, id }) => [content, { ids: [id], ends: [Buffer.byteLength(content)] }]))
  let known = new Map<string, Piece>()

  const encodePiece = (piece: string): Piece | null => {
    const bytes = Buffer.from(piece, "utf8")
    const [ids, ends]: [Array<number>, Array<number>] = [[], []]
    let at = 0
    for (const token of model.encode([writtenBytes(bytes)])) {
      const id = model.tokens_to_ids.get(token)
      if (id === undefined) return null
      for (let i = 0; i < token.length; i++, at++) if (bytes[at] !== byteOf(token.charCodeAt(i))) return null
      ids.push(id)
      ends.push(at)
    }
    return at === bytes.length ? { ids, ends } : null
  }

  const pieceOf = (piece: string): Piece | null => {
    const found = known.get(piece)
    if (found !== undefined) return found
    const fresh = encodePiece(piece)
    if (fresh !== null && piece.length <= maxRemembered) {
      if (known.size === maxPieces) known = new Map()
      // A slice of a text keeps the whole text alive: the key is a copy.
      known.set(Buffer.from(piece, "utf8").toString("utf8"), fresh)
    }
    return fresh
  }

  return (text) => {
    let [ids_T, ends_T] = [new Int32Array(Math.max(16, text.length >> 1)), new Int32Array(Math.max(16, text.length >> 1))]
    let [count, offset] = [0, 0]
    const take = ({ ends, ids }: Piece): void => {
      if (count + ids.length > ids_T.length) {
        const grown = [ids_T, ends_T].map((array) => {
          const larger = new Int32Array(2 * array.length + ids.length)
          larger.set(array)
          return larger
        })
        ids_T = grown[0]!
        ends_T = grown[1]!
      }
      for (let t = 0; t < ids.length; t++, count++) {
        ids_T[count] = ids[t]!
        ends_T[count] = offset + ends[t]!
      }
      offset += ends.at(-1) ?? 0
    }
    for (const section of sectionsOf(text)) {
      if (section === "") continue
      const whole = addedIds.get(section)
      if (whole !== undefined) {
        take(whole)
        continue
      }
      if (normalizer !== null && normalizer(section) !== section) return null
      let at = 0
      for (const piece of piecesOf(section)) {
        if (!section.startsWith(piece, at)) return null
        at += piece.length
        const tokens = pieceOf(piece)
        if (tokens === null) return null
        take(tokens)
      }
      if (at !== section.length) return null
    }
    return { ids_T: ids_T.slice(0, count), ends_T: ends_T.slice(0, count) }
  }
}
