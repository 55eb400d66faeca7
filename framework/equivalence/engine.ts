/** What expressions are worth, by the Compute Engine's reading of LaTeX. Loaded in workers only: it takes 0.2 s and may run long. */
import { ComputeEngine } from "@cortex-js/compute-engine"
import type { Oracle, Truth } from "./compare.ts"
import { complex, type Complex, isFinite, magnitude, negate, add } from "./complex.ts"
import { valueOf, type Value, variablesOf, type Variables } from "./evaluate.ts"
import { exactOf } from "./exact.ts"
import type { Json } from "./mathjson.ts"
import { sameRational, toNumber } from "./rational.ts"

interface Parsed {
  readonly json: Json
  readonly isValid: boolean
  readonly latex: string
}

const engineLatex = (text: string): string => text.replaceAll("∞", "\\infty ").replaceAll("∅", "\\emptyset ").replaceAll("°", "^\\circ ").replace(/\*/gu, "\\cdot ")
  .replace(/(?<![A-Za-z\\])([A-Z])(\d)/gu, "$1_{$2}")

/** A number in [0, 1) from a name and a point: the same in every process. FNV-1a. */
const fraction = (name: string, point: number): number => {
  let hash = 0x811c9dc5
  for (const sign of `${name}#${point}`) hash = Math.imul(hash ^ sign.codePointAt(0)!, 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32
}

/** Where expressions are compared: near one, far out, and on both sides of zero. */
const ranges: ReadonlyArray<readonly [low: number, high: number]> = [[0.3, 2.8], [0.3, 2.8], [0.3, 2.8], [0.05, 0.95], [4, 30], [20, 90], [-2.5, 2.5], [-2.5, 2.5], [-9, -1]]

/** Agreeing points that it takes. */
const fewestPoints = 3

const variablesAt = (point: number, rename: ReadonlyMap<string, string>): Variables => (name) => {
  const [low, high] = ranges[point]!
  return complex(low + (high - low) * fraction(rename.get(name) ?? name, point))
}

const isReal = (value: Complex): boolean => Math.abs(value.im) <= 1e-12 * Math.max(1, Math.abs(value.re))

const isNear = (a: Complex, b: Complex, tolerance: number): boolean =>
  magnitude(add(a, negate(b))) <= 1e-9 * Math.max(magnitude(a), magnitude(b)) + 1e-14 + tolerance

const cells = (value: Value): ReadonlyArray<Complex> => Array.isArray(value) ? value.flat() : [value as Complex]
const shape = (value: Value): string => Array.isArray(value) ? `${value.length}x${value[0]?.length}` : "1"

/** The engine as an oracle; `renaming`: variables may have other names on the other side. */
export const makeOracle = () => {
  const engine = new ComputeEngine()
  const read = new Map<string, Parsed>()

  const parse = (text: string): Parsed => {
    const known = read.get(text)
    if (known !== undefined) return known
    if (read.size > 2000) read.clear()
    const latex = engineLatex(text)
    const expression = engine.parse(latex, { form: "raw" })
    const parsed: Parsed = { json: expression.json as Json, isValid: expression.isValid && text.trim() !== "", latex }
    read.set(text, parsed)
    return parsed
  }

  /** What only the engine itself can evaluate: sums, integrals, limits. */
  const byEngine = (a: Parsed, b: Parsed, tolerance: number): Truth => {
    const [first, second] = [engine.parse(a.latex), engine.parse(b.latex)]
    if (!first.isValid || !second.isValid) return false
    const equal = first.isEqual(second)
    if (equal === true) return true
    const [x, y] = [first.N(), second.N()].map((value) => ({ re: value.re, im: value.im }))
    return isFinite(x!) && isFinite(y!) ? isNear(x!, y!, tolerance) : false
  }

  const oracleOf = (canRename: boolean): Oracle => {
    /** Names of b's variables in terms of a's, in the order in which they stand. */
    const renaming = (a: Parsed, b: Parsed): ReadonlyMap<string, string> => {
      const [mine, theirs] = [[...variablesOf(a.json)], [...variablesOf(b.json)]]
      return canRename && mine.length === theirs.length ? new Map(theirs.map((name, index) => [name, mine[index]!])) : new Map()
    }

    const expressions = (left: string, right: string, tolerance: number): Truth => {
      const [a, b] = [parse(left), parse(right)]
      if (!a.isValid || !b.isValid) return false
      if (JSON.stringify(a.json) === JSON.stringify(b.json)) return true
      const [exactA, exactB] = [exactOf(a.json), exactOf(b.json)]
      if (exactA !== null && exactB !== null) return sameRational(exactA, exactB) || (tolerance > 0 && Math.abs(toNumber(exactA) - toNumber(exactB)) <= tolerance)
      const names = new Set([...variablesOf(a.json), ...variablesOf(b.json)])
      const rename = renaming(a, b)
      if (names.size === 0) {
        const [x, y] = [valueOf(a.json, () => complex(0)), valueOf(b.json, () => complex(0))]
        if (x === null || y === null) return byEngine(a, b, tolerance)
        if (shape(x) !== shape(y)) return false
        return cells(x).every((cell, index) => {
          const other = cells(y)[index]!
          // Beyond doubles nothing can be told, but infinity written as such is itself.
          return isFinite(cell) && isFinite(other) ? isNear(cell, other, tolerance) : false
        })
      }
      let agreed = 0
      for (const point of ranges.keys()) {
        const [x, y] = [valueOf(a.json, variablesAt(point, new Map())), valueOf(b.json, variablesAt(point, rename))]
        if (x === null || y === null) return byEngine(a, b, tolerance)
        if (shape(x) !== shape(y)) return false
        const [xs, ys] = [cells(x), cells(y)]
        if (xs.some((cell) => !isFinite(cell)) || ys.some((cell) => !isFinite(cell))) continue
        // Left of zero roots and powers have branches, on which conventions differ.
        if (ranges[point]![0] < 0 && [...xs, ...ys].some((cell) => !isReal(cell))) continue
        if (!xs.every((cell, index) => isNear(cell, ys[index]!, tolerance))) return false
        agreed += 1
      }
      return agreed >= fewestPoints
    }

    const ratio = (left: string, right: string): number | null | undefined => {
      const [a, b] = [parse(left), parse(right)]
      if (!a.isValid || !b.isValid) return undefined
      const rename = renaming(a, b)
      let by: Complex | null = null
      let agreed = 0
      for (const point of ranges.keys()) {
        const [x, y] = [valueOf(a.json, variablesAt(point, new Map())), valueOf(b.json, variablesAt(point, rename))]
        if (x === null || y === null || Array.isArray(x) || Array.isArray(y)) return undefined
        const [p, q] = [x as Complex, y as Complex]
        if (!isFinite(p) || !isFinite(q) || !isReal(p) || !isReal(q)) continue
        if (Math.abs(q.re) < 1e-12 || Math.abs(p.re) < 1e-12) {
          if (Math.abs(q.re) < 1e-12 !== Math.abs(p.re) < 1e-12) return null
          continue
        }
        const here = complex(p.re / q.re)
        if (by !== null && !isNear(by, here, 0)) return null
        by = here
        agreed += 1
      }
      return agreed >= fewestPoints ? by!.re : null
    }
    return { expressions, ratio }
  }

  return { strict: oracleOf(false), renaming: oracleOf(true) }
}
