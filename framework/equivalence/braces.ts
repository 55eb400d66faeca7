/** Braces and brackets of LaTeX as models write it: balanced ends, and splitting outside of them. All linear in the text. */

/** Index of the brace that closes each `{` of a text; none for one that is never closed. A backslash before a brace makes it a sign. */
export const closingBraces = (text: string): ReadonlyMap<number, number> => {
  const closing = new Map<number, number>()
  const open: Array<number> = []
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === "\\") at += 1
    else if (sign === "{") open.push(at)
    else if (sign === "}") {
      const from = open.pop()
      if (from !== undefined) closing.set(from, at)
    }
  }
  return closing
}

/** How deep braces and brackets of any kind stand in each other at most. */
export const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (const sign of text) {
    if ("{([".includes(sign)) deepest = Math.max(deepest, ++depth)
    else if ("})]".includes(sign)) depth = Math.max(0, depth - 1)
  }
  return deepest
}

/** Depth of brackets before each character; `\{` counts as `{`, environments as brackets; a half-open interval closes, too. */
const outsideOf = (text: string): Uint8Array => {
  const outside = new Uint8Array(text.length)
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if ("})]".includes(sign)) depth = Math.max(0, depth - 1)
    if (text.startsWith("\\end", at)) depth = Math.max(0, depth - 1)
    outside[at] = depth === 0 ? 1 : 0
    if ("{([".includes(sign)) depth += 1
    if (text.startsWith("\\begin", at)) depth += 1
  }
  return outside
}

/** Parts of a text between the matches of `separator` that stand in no brackets. */
export const splitOutside = (text: string, separator: RegExp): ReadonlyArray<string> => {
  const outside = outsideOf(text)
  const search = new RegExp(separator.source, "gu")
  const parts: Array<string> = []
  let from = 0
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    if (outside[match.index] !== 1 || match[0] === "") {
      if (match[0] === "") search.lastIndex += 1
      continue
    }
    parts.push(text.slice(from, match.index))
    from = match.index + match[0].length
  }
  parts.push(text.slice(from))
  return parts
}

/** The separators themselves, in order, of the same split. */
export const matchesOutside = (text: string, separator: RegExp): ReadonlyArray<string> => {
  const outside = outsideOf(text)
  return [...text.matchAll(new RegExp(separator.source, "gu"))].filter(({ index, 0: found }) => outside[index] === 1 && found !== "").map(([found]) => found)
}
