/** Where a value stands in a spec: keys of maps and indices of lists, outermost first. */
export type SpecPath = ReadonlyArray<string | number>

/**
 * The path as a person would write it.
 * ```ts
 * showPath(["grid", 0, "product", "train.learningRate", 2]) // => "grid[0].product[\"train.learningRate\"][2]"
 * showPath(["sequence", "truncate", "ratio"]) // => "sequence.truncate.ratio"
 * ```
 */
export const showPath = (path: SpecPath): string =>
  path
    .map((segment, i) =>
      typeof segment === "number"
        ? `[${segment}]`
        : /^[A-Za-z_$-][\w$-]*$/.test(segment)
          ? `${i === 0 ? "" : "."}${segment}`
          : `[${JSON.stringify(segment.slice(0, 100))}]`
    )
    .join("")

/** Maps of a spec whose keys are themselves field paths with dots. */
const dottedKeys =
  /^(grid\.\d+\.(product|zip|when|(exclude|only)\.\d+|when\..+)|baseline\.(matched|reference)|claims\.[^.]+\.at)$/

/**
 * Splits `a.b.0.c` at its dots; below axes and conditions the rest is one key.
 * ```ts
 * parsePath("grid.0.product.train.learningRate") // => ["grid", 0, "product", "train.learningRate"]
 * ```
 */
export const parsePath = (text: string): SpecPath => {
  const parts = text.split(".")
  const path: Array<string | number> = []
  for (let i = 0; i < parts.length; i++) {
    if (dottedKeys.test(path.join("."))) {
      // a value of an axis may be named by a last index: grid.0.product.train.learningRate.2
      const rest = parts.slice(i)
      const last = rest.at(-1)!
      const isIndex = rest.length > 1 && /^\d+$/.test(last) && /^(product|zip)$/.test(String(path.at(-1)))
      return [...path, ...(isIndex ? [rest.slice(0, -1).join("."), Number(last)] : [rest.join(".")])]
    }
    path.push(/^\d+$/.test(parts[i]!) ? Number(parts[i]) : parts[i]!)
  }
  return path
}
