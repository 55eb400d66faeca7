/**
 * Thought markers: the words by which a thought says what it is doing. The lists are in `marker-classes.json`; they are
 * patterns of words, not a reading of the text.
 */
import lists from "./marker-classes.json" with { type: "json" }

export type MarkerClass = keyof typeof lists

/** The classes with their phrases, as they stand in the data file. */
export const markerClasses: Readonly<Record<MarkerClass, ReadonlyArray<string>>> = lists

/** A phrase found in a text: characters [start, end). */
export interface Marker {
  readonly class: MarkerClass
  readonly start: number
  readonly end: number
  readonly text: string
}

const compiled = new Map<string, { readonly pattern: RegExp; readonly classOf: ReadonlyMap<string, MarkerClass> }>()

/** As the lists have it; the long s is an s to a pattern that looks past capitals. */
const spaced = (phrase: string): string => phrase.toLowerCase().replaceAll("ſ", "s").replaceAll("’", "'").replaceAll(/\s+/gu, " ")

/** One pattern for all phrases, the longest first, so that "wait, no" is not read as "wait". */
const compile = (classes: ReadonlyArray<MarkerClass>) => {
  const key = classes.join("\0")
  const known = compiled.get(key)
  if (known !== undefined) return known
  const classOf = new Map(classes.flatMap((name) => markerClasses[name].map((phrase) => [spaced(phrase), name] as const)))
  const phrases = [...classOf.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const escaped = phrases.map((phrase) =>
    phrase.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&").replaceAll("'", "['’]").replaceAll(" ", "\\s+"))
  // Whole words: no letter, digit, hyphen or apostrophe goes on before it or, unless it ends in a sign ("first,"), after it.
  const made = {
    pattern: new RegExp(`(?<![\\p{L}\\p{N}_'’-])(?:${escaped.join("|")})(?:(?<![\\p{L}\\p{N}])|(?![\\p{L}\\p{N}_]|[-'’]\\p{L}))`, "giu"),
    classOf
  }
  compiled.set(key, made)
  return made
}

/**
 * Markers of a text, in order and apart from each other: at each place the longest phrase of all named classes, whole
 * words only, capitals or not, any white space between words.
 * @param classes the classes to look for; left out: all
 *
 * ```ts
 * findMarkers("Wait, let me check. So x = 2.").map((marker) => marker.class) // => ["hesitation", "verification", "deduction"]
 * findMarkers("Waiting is so-called.") // => []
 * ```
 */
export const findMarkers = (
  text: string, classes: ReadonlyArray<MarkerClass> = Object.keys(markerClasses) as Array<MarkerClass>
): ReadonlyArray<Marker> => {
  const { classOf, pattern } = compile(classes)
  if (classOf.size === 0) return []
  return [...text.matchAll(pattern)].map((match) => ({
    class: classOf.get(spaced(match[0]))!, start: match.index, end: match.index + match[0].length, text: match[0]
  }))
}
