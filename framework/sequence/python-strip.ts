/**
 * Python's `str.strip`, which chat templates are written for. JavaScript's `trim` takes another set of characters, and the
 * template library's own methods ignore the characters that a template names: `strip('\n')` would take spaces, too.
 */
export type StripSides = "strip" | "lstrip" | "rstrip"

/** What Python takes for white space: with four separators and next line, without the byte order mark. */
const isSpace = (character: string): boolean => /^[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u.test(character)

const characterBefore = (text: string, end: number): string => {
  const unit = text.charCodeAt(end - 1)
  return unit >= 0xdc00 && unit <= 0xdfff && end > 1 ? text.slice(end - 2, end) : text[end - 1]!
}

/**
 * @param characters what is taken off the edges; left out: white space
 *
 * ```ts
 * pythonStrip("\n x \n", "strip", "\n")  // => " x "
 * pythonStrip("\n x \n", "lstrip")  // => "x \n"
 * ```
 */
export const pythonStrip = (text: string, sides: StripSides, characters?: string): string => {
  const set = characters === undefined ? null : new Set(characters)
  const goes = (character: string): boolean => set === null ? isSpace(character) : set.has(character)
  let [start, end] = [0, text.length]
  while (sides !== "rstrip" && start < end) {
    const first = String.fromCodePoint(text.codePointAt(start)!)
    if (!goes(first)) break
    start += first.length
  }
  while (sides !== "lstrip" && end > start) {
    const last = characterBefore(text, end)
    if (!goes(last)) break
    end -= last.length
  }
  return text.slice(start, end)
}
