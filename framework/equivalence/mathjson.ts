/** MathJSON as the engine reads it off LaTeX without rewriting it, and what its forms mean where LaTeX leaves it open. */

export type Json = number | string | ReadonlyArray<Json> | { readonly num?: string; readonly sym?: string; readonly fn?: ReadonlyArray<Json>; readonly str?: string }

/** A call's name and arguments, null where it is none. */
export const callOf = (json: Json): readonly [string, ReadonlyArray<Json>] | null => {
  const parts = Array.isArray(json) ? json as ReadonlyArray<Json> : typeof json === "object" && "fn" in json ? json.fn! : null
  return parts === null || typeof parts[0] !== "string" ? null : [parts[0], parts.slice(1)]
}

export const symbolOf = (json: Json): string | null => typeof json === "string" ? (json.startsWith("'") ? null : json)
  : typeof json === "object" && !Array.isArray(json) && "sym" in json ? json.sym! : null

export const literalOf = (json: Json): string | null => typeof json === "number" ? String(json)
  : typeof json === "object" && !Array.isArray(json) && "num" in json ? json.num! : null

export const isWhole = (json: Json | undefined): boolean => json !== undefined && /^\d+$/u.test(literalOf(json) ?? "")

/** `3 1/2` written without a sign between: a mixed number. */
export const isMixed = (args: ReadonlyArray<Json>): boolean => {
  const [whole, part, ...more] = args
  const call = part === undefined ? null : callOf(part)
  return more.length === 0 && isWhole(whole) && call !== null && (call[0] === "Divide" || call[0] === "Rational") && call[1].length === 2 && call[1].every(isWhole) &&
    Number(literalOf(call[1][0]!)) < Number(literalOf(call[1][1]!))
}

/** A call of `f`, `g` or `h` rather than a product with a parenthesis. */
export const isApplied = (args: ReadonlyArray<Json>): boolean => args.length === 2 && /^[fgh]$/u.test(symbolOf(args[0]!) ?? "") && callOf(args[1]!)?.[0] === "Delimiter"

/** The name of what is a symbol with something on it: `a'`, a vector, a conjugate of letters. */
export const decorated = (name: string, args: ReadonlyArray<Json>): string | null => {
  if (!["Prime", "OverVector", "OverBar", "OverHat", "OverTilde", "Conjugate", "Subscript"].includes(name)) return null
  const inner = JSON.stringify(args)
  return inner.length > 60 ? null : `${name}:${inner}`
}
