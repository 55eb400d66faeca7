/** Patterns of file names, as shells know them: `*` and `?` within a folder, `**` across folders, `{a,b}`. */

const most = 200

/** The ways to read the braces of a pattern; at most 64. */
const alternatives = (pattern: string): ReadonlyArray<string> => {
  const found = /\{([^{}]*)\}/u.exec(pattern)
  if (found === null) return [pattern]
  const [whole, inner] = found
  return inner!.split(",").flatMap((word) => alternatives(pattern.slice(0, found.index) + word + pattern.slice(found.index + whole.length))).slice(0, 64)
}

/** Whether text matches a pattern of one folder: only the last star is ever gone back to, so time is at most the product. */
const matchesPart = (pattern: string, text: string): boolean => {
  let [p, t, star, mark] = [0, 0, -1, 0]
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++
      mark = t
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++
      t++
    } else if (star !== -1) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === "*") p++
  return p === pattern.length
}

const matchesParts = (patterns: ReadonlyArray<string>, parts: ReadonlyArray<string>): boolean => {
  // reachable[j]: the patterns so far can match the first j parts
  let reachable = [true, ...parts.map(() => false)]
  for (const pattern of patterns) {
    const next = reachable.map(() => false)
    if (pattern === "**") {
      let open = false
      for (let j = 0; j <= parts.length; j++) next[j] = open ||= reachable[j]!
    } else for (let j = 0; j < parts.length; j++) next[j + 1] = reachable[j]! && matchesPart(pattern, parts[j]!)
    reachable = next
  }
  return reachable[parts.length]!
}

/**
 * Whether a path matches a pattern.
 * ```ts
 * matchesGlob("data/*.{jsonl,parquet}", "data/train-0.parquet") // => true
 * ```
 */
export const matchesGlob = (pattern: string, path: string): boolean =>
  pattern.length <= most && alternatives(pattern).some((one) => matchesParts(one.split("/"), path.split("/")))
