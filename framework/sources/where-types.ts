/** Which type a column has for a predicate, by all of its values. */

/** What has been seen of a column's values. */
export interface Seen { logical: boolean; whole: boolean; fraction: boolean; text: boolean; nested: boolean; list: boolean; elements: Seen | null }

export const nothingSeen = (): Seen => ({ logical: false, whole: false, fraction: false, text: false, nested: false, list: false, elements: null })

/** Nested values are JSON; what is a list in every record, and used as one, is a list. */
export const typeOf = (seen: Seen, asList = false): string => {
  const { logical, whole, fraction, text, nested, list, elements } = seen
  if (list && asList && !(logical || whole || fraction || text || nested)) return `${typeOf(elements!)}[]`
  if (nested || list) return "JSON"
  if (text || (logical && (whole || fraction))) return "VARCHAR"
  if (logical) return "BOOLEAN"
  return fraction ? "DOUBLE" : whole ? "BIGINT" : "VARCHAR"
}

/** Adds a value to what has been seen. */
export const note = (seen: Seen, value: unknown): void => {
  if (value === null || value === undefined) return
  if (typeof value === "boolean") seen.logical = true
  else if (typeof value === "number") Number.isSafeInteger(value) ? seen.whole = true : seen.fraction = true
  else if (typeof value === "string") seen.text = true
  else if (!Array.isArray(value)) seen.nested = true
  else {
    seen.list = true
    seen.elements ??= nothingSeen()
    for (const element of value) note(seen.elements, element)
  }
}

/** What a text of CSV says: a number, true or false, nothing, or itself. */
export const valueOfText = (text: unknown): unknown => {
  if (typeof text !== "string") return text
  if (text === "") return null
  if (/^-?(?:0|[1-9]\d{0,14})$/u.test(text)) return Number(text)
  if (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][-+]?\d{1,2})?$/u.test(text)) return Number(text)
  if (/^(?:true|false)$/iu.test(text)) return text.toLowerCase() === "true"
  return text
}
