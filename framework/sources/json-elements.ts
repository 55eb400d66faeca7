/**
 * Cuts a JSON text into the elements of its array without holding it: the array that the text is, or the one array of
 * objects in the object that it is. Only strings and brackets are understood here; each element is parsed by itself.
 */
import { longestLineBytes } from "./lines.ts"
import { quoted, SourceError } from "./SourceError.ts"

export interface Element {
  /** counted from 1 */
  readonly index: number
  /** line on which it begins, counted from 1 */
  readonly line: number
  /** of the first byte, in the unpacked text */
  readonly offset: number
  readonly length: number
  /** null: too long */
  readonly bytes: Buffer | null
}

const [quote, backslash, comma, newline] = [0x22, 0x5c, 0x2c, 0x0a]
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]
const isSpace = (byte: number): boolean => byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09

/** Elements as pieces come, a batch for each. `longest`: of an element, in bytes. */
export class ElementCutter {
  readonly #name: string
  readonly #longest: number
  #depth = 0
  #inString = false
  #escaped = false
  #root: "none" | "array" | "object" | "closed" = "none"
  /** depth at which commas part elements; 0: no array is being cut */
  #elementDepth = 0
  /** an array in the object has begun and its first value is not seen yet */
  #undecided = false
  #key: Array<number> = []
  #cutKey: string | null = null
  #line = 1
  #offset = 0
  #index = 0
  #parts: Array<Buffer> = []
  #held = 0
  #startLine = 0
  #startOffset = -1
  #afterComma = false

  constructor(name: string, longest = longestLineBytes) {
    this.#name = name
    this.#longest = longest
  }

  #broken(found: string): SourceError {
    return new SourceError({
      code: "json-broken", place: `${this.#name}:${this.#line}`, expected: "an array of objects, or an object with one such array", found,
      advice: "If each line is a record, write jsonl: in place of json:."
    })
  }

  #keyText(): string {
    return Buffer.from(this.#key).toString("utf8")
  }

  /** Ends the element before the byte `at`. */
  #finish(piece: Buffer, from: number, at: number, closing: boolean): Element | null {
    if (this.#startOffset === -1) {
      if (closing && !this.#afterComma) return null
      throw this.#broken("nothing where an element should stand, beside a comma")
    }
    const last = piece.subarray(from, at)
    const length = this.#held + last.length
    const bytes = length > this.#longest ? null : Buffer.concat([...this.#parts, last], length)
    const element = { index: ++this.#index, line: this.#startLine, offset: this.#startOffset, length, bytes }
    this.#parts = []
    this.#held = 0
    this.#startOffset = -1
    return element
  }

  push(piece: Buffer): ReadonlyArray<Element> {
    const elements: Array<Element> = []
    // where the present element's bytes begin in this piece
    let from = 0
    let at = 0
    if (this.#offset === 0 && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf) at = 3
    for (; at < piece.length; at++) {
      const byte = piece[at]!
      if (byte === newline) this.#line++
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#inString = false
        if (this.#inString && this.#depth === 1 && this.#root === "object" && this.#key.length < 100) this.#key.push(byte)
        continue
      }
      if (isSpace(byte)) continue
      if (this.#root === "closed") throw this.#broken("text after the end")
      if (this.#root === "none") {
        if (byte !== openArray && byte !== openObject) throw this.#broken(`text that begins with ${quoted(String.fromCharCode(byte))}`)
        this.#root = byte === openArray ? "array" : "object"
        this.#depth = 1
        if (byte === openArray) this.#elementDepth = 1
        continue
      }
      if (this.#undecided) {
        this.#undecided = false
        if (byte === openObject) {
          if (this.#cutKey !== null) throw this.#broken(`two arrays of objects, ${quoted(this.#cutKey)} and ${quoted(this.#keyText())}`)
          this.#cutKey = this.#keyText()
          this.#elementDepth = 2
        }
      }
      const separates = this.#elementDepth > 0 && this.#depth === this.#elementDepth
      if (separates && (byte === comma || byte === closeArray || byte === closeObject)) {
        const element = this.#finish(piece, from, at, byte !== comma)
        if (element !== null) elements.push(element)
        this.#afterComma = byte === comma
        if (byte === comma) continue
        if (byte === closeObject) throw this.#broken(`a brace that closes nothing, after element ${this.#index}`)
        this.#elementDepth = 0
      } else if (separates && this.#startOffset === -1) {
        this.#startOffset = this.#offset + at
        this.#startLine = this.#line
        from = at
      }
      if (byte === quote) {
        this.#inString = true
        if (this.#depth === 1) this.#key = []
      } else if (byte === openArray || byte === openObject) {
        if (byte === openArray && this.#depth === 1 && this.#root === "object") this.#undecided = true
        this.#depth++
      } else if (byte === closeArray || byte === closeObject) {
        this.#depth--
        if (this.#depth === 0) this.#root = "closed"
      }
    }
    if (this.#startOffset !== -1) {
      this.#held += piece.length - from
      if (this.#held > this.#longest) this.#parts = []
      else this.#parts.push(Buffer.from(piece.subarray(from)))
    }
    this.#offset += piece.length
    return elements
  }

  /** To be called after the last piece: whether the text was whole. */
  end(): void {
    if (this.#root === "none") throw this.#broken("nothing")
    if (this.#root !== "closed") throw this.#broken(`a text that is cut: it ends ${this.#startOffset === -1 ? `after element ${this.#index}` : `inside element ${this.#index + 1}`}`)
    if (this.#index === 0 && this.#cutKey === null && this.#key.length > 0) throw this.#broken("an object without an array of objects")
  }
}
