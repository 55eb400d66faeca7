/**
 * Which patterns of LIKE, ILIKE and GLOB take no more time than reading the texts. DuckDB looks for a text between `%` signs
 * at once; with `_` beside them, or regardless of case, it tries every way there is, which grows with a power of the text's length.
 */

type Node = { readonly [key: string]: unknown }

const families: Readonly<Record<string, { readonly many: RegExp; readonly one: RegExp; readonly isDirect: boolean }>> = {
  "~~": { many: /%/gu, one: /_/u, isDirect: true },
  "~~*": { many: /%/gu, one: /_/u, isDirect: false },
  "~~~": { many: /\*/gu, one: /[?[]/u, isDirect: false },
  like_escape: { many: /%/gu, one: /_/u, isDirect: false },
  ilike_escape: { many: /%/gu, one: /_/u, isDirect: false }
}

/** `%` signs of a pattern that are tried in every way, at most. */
const mostTried = 2

/** What is wrong with the pattern that a function is given; null where nothing is, or where it takes none. */
export const patternFault = (name: string, args: ReadonlyArray<Node>): string | null => {
  const plain = name.toLowerCase().replace(/^(?:!|not_)/u, "")
  const family = Object.hasOwn(families, plain) ? families[plain]! : null
  if (family === null) return null
  const [, pattern] = args
  if (pattern?.["class"] !== "CONSTANT") return "a pattern that is no constant text"
  const text = String((pattern["value"] as Node | undefined)?.["value"] ?? "")
  const count = text.match(family.many)?.length ?? 0
  if (count <= mostTried || (family.isDirect && !family.one.test(text))) return null
  return `a pattern with ${count} signs that stand for any text`
}
