/** Letters of multiple choice. */

const letter = "[A-J]"
const alone = new RegExp(String.raw`^[\s$*(\\{[]*(?:boxed\s*\{)?\s*(?:\\?(?:text|mathrm|mathbf|textbf)\s*\{)?\s*\(?(${letter})\)?[\s}$*.)\]\\:]*$`, "u")
const labelled = new RegExp(String.raw`^\s*(?:\((${letter})\)|(${letter})[).:])\s*\S`, "u")

/** Whether a text is a letter alone, or a letter in brackets with its text. */
export const isChoice = (text: string): boolean => text.length < 200 && (alone.test(text) || labelled.test(text))

/** The letter that a text chooses: alone or first, behind "answer is", else the last that stands alone. */
export const choiceOf = (text: string): string | null => {
  const end = text.slice(-4000)
  const first = alone.exec(end) ?? labelled.exec(end)
  if (first !== null) return first[1] ?? first[2] ?? null
  const box = new RegExp(String.raw`\\boxed\s*\{\s*(?:\\\w+\s*\{)?\s*\(?(${letter})\b`, "u").exec(end)
  if (box !== null) return box[1]!
  const stated = [...end.matchAll(new RegExp(String.raw`\b[Aa]nswer\b[^.\n]{0,30}?(?:\bis\b|:)\s*[^.\n]{0,30}?(?<![\p{L}\d])(${letter})(?![\p{L}\d'’])`, "gu"))].at(-1)
    ?? /\b[Aa]nswer\s+is\s*\n\s*([A-J])\b/u.exec(end)
  if (stated !== undefined && stated !== null) return stated[1]!
  const leading = new RegExp(String.raw`^\s*(${letter})\s+\p{Lu}`, "u").exec(end)
  if (leading !== null) return leading[1]!
  return [...end.matchAll(new RegExp(String.raw`(?<![\p{L}\d'’])(${letter})(?![\p{L}\d'’])`, "gu"))].at(-1)?.[1] ?? null
}
