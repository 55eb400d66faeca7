/**
 * Where sentences and paragraphs of a text end. The rule:
 * - a paragraph ends where white space with a blank line in it begins, and at the end of the text;
 * - a sentence ends there, too; after . ! ? or … (and quotes, brackets, asterisks that close behind it) where white space
 *   follows; and after 。！？ whatever follows;
 * - one full stop ends no sentence after an abbreviation (e.g., i.e., vs., Dr. ...), nor after the number or single letter of
 *   a list's item at the start of its line ("2. ", "a. "). In 3.14 no white space follows, so nothing ends.
 */

/** A bound: the unit's last character stands before `end`, the next unit's first one at `next`. */
export interface Bound {
  readonly end: number
  readonly next: number
}

export type Unit = "sentence" | "paragraph"

const stop = /[.!?…]+["'”’»)\]}*_$]*$/u
const abbreviation = /(?:^|[^\p{L}\p{N}])(?:e\.g|i\.e|etc|vs|cf|viz|approx|resp|w\.r\.t|dr|mr|mrs|ms|prof|fig|eq)\.$/iu
const itemNumber = /(?:^|\n)[^\S\n]*(?:[-*][^\S\n]+)?(?:\*\*|\()?(?:\d{1,3}|[A-Za-z])\.$/u

/** So far back a stop, an abbreviation or an item's number is looked for. */
const reach = 40

const endsSentence = (text: string, at: number): boolean => {
  // not at the text's own start, the first character read is no start of a line
  const before = (at > reach ? "x" : "") + text.slice(Math.max(0, at - reach), at)
  const found = stop.exec(before)
  if (found === null) return false
  if (!/^\.(?![.!?…])/u.test(found[0])) return true
  const upToStop = before.slice(0, found.index + 1)
  return !abbreviation.test(upToStop) && !itemNumber.test(upToStop)
}

const hasBlankLine = (space: string): boolean => space.indexOf("\n") !== space.lastIndexOf("\n")

/** Bounds of a text, in order; the last one is its end. */
export const boundsOf = (text: string, unit: Unit): ReadonlyArray<Bound> => {
  const bounds: Array<Bound> = []
  for (const { 0: found, index } of text.matchAll(/[。！？]["'”’」』）]*\s*|\s+/gu)) {
    const end = index + found.trimEnd().length
    const isEnd = hasBlankLine(found) || (unit === "sentence" && (end > index || endsSentence(text, index)))
    if (isEnd && end > 0) bounds.push({ end, next: index + found.length })
  }
  const last = bounds.at(-1)
  return last?.next === text.length ? bounds : [...bounds, { end: text.trimEnd().length, next: text.length }]
}

/** The text in parts, each from where it begins to where the next one does: joined they are the text again. */
export const partsOf = (text: string, unit: Unit): ReadonlyArray<string> => {
  let from = 0
  return boundsOf(text, unit).map(({ next }) => {
    const part = text.slice(from, next)
    from = next
    return part
  }).filter((part) => part !== "")
}
