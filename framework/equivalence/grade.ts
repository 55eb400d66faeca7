/** One grading: extraction, spelling, shapes, and what may be left to the engine. */
import { type Answer, answerOf, otherReading } from "./answer.ts"
import { depthOf } from "./braces.ts"
import { choiceOf, isChoice } from "./choice.ts"
import { type CompareOptions, compareWith, type Oracle, type Truth } from "./compare.ts"
import { extractAnswer, type ExtractionRule } from "./extract.ts"
import { normalise, withoutBlanks } from "./normalise.ts"

/** What a row may be graded by. */
export interface GradeOptions extends CompareOptions {
  /** rules of extraction for the prediction, in the order in which they are tried */
  readonly extraction?: ReadonlyArray<ExtractionRule>
  /** `multiple-choice letter`: what counts is the letter of the choice */
  readonly kind?: string
}

export interface Verdict {
  readonly equal: boolean
  /** the answer as it stands in the prediction, null where there is none */
  readonly extracted: string | null
  /** by what it was decided, or why it was not */
  readonly reason: string
}

/** An answer longer than this, in characters, is compared by its text only. */
const longestAnswer = 2000

/** Brackets deeper than this are not read. */
const deepest = 60

const asText = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined ? null : typeof value === "number" ? String(value) : value

/** Both answers as they are compared. */
export interface Prepared {
  readonly gold: string
  readonly pred: string
  readonly extracted: string
}

/** A verdict, or what the engine has to look at. */
export type Prejudged = { readonly verdict: Verdict } | { readonly open: Prepared }

const verdict = (equal: boolean, extracted: string | null, reason: string): { readonly verdict: Verdict } => ({ verdict: { equal, extracted, reason } })

const isSet = (answer: Answer): boolean => answer.kind === "tuple" || (answer.kind === "list" && (answer.isSet || answer.items.every(({ kind }) => kind === "tuple")))
const isInequality = (answer: Answer): boolean => answer.kind === "relation" && answer.signs.some((sign) => "<>≤≥".includes(sign))

/** Compares by either reading of commas. */
const truthOf = (gold: string, pred: string, oracle: Oracle | null, options: CompareOptions): Truth => {
  const answers = compareWith(oracle, options)
  const [first, second] = [answerOf(gold), answerOf(pred)]
  if (options.allow_set_relation_comp === false && isSet(first) && isInequality(second)) return false
  const plain = answers(first, second)
  if (plain === true) return true
  const [otherFirst, otherSecond] = [otherReading(gold), otherReading(pred)]
  const more: ReadonlyArray<() => Truth> = [
    () => otherSecond === null ? false : answers(first, otherSecond),
    () => otherFirst === null ? false : answers(otherFirst, second)
  ]
  let result = plain
  for (const test of more) {
    const truth = test()
    if (truth === true) return true
    if (truth === null) result = null
  }
  return result
}

/** Decides what needs no engine. */
export const prejudge = (goldGiven: string | number | null, predGiven: string | number | null, options: GradeOptions = {}): Prejudged => {
  const [goldText, predText] = [asText(goldGiven), asText(predGiven)]
  if (goldText === null || goldText.trim() === "") return verdict(false, null, "no reference answer")
  if (predText === null || predText.trim() === "") return verdict(false, null, "no answer")
  if (options.kind === "multiple-choice letter" || (isChoice(goldText) && isChoice(predText))) {
    const [gold, pred] = [choiceOf(goldText), choiceOf(predText)]
    if (gold !== null && pred !== null) return verdict(gold === pred, pred, "choice")
  }
  const extracted = extractAnswer(predText, options.extraction)
  if (extracted === null) return verdict(false, null, "no answer")
  const goldAnswer = extractAnswer(goldText) ?? goldText
  if (goldAnswer.length > longestAnswer || extracted.length > longestAnswer) {
    return verdict(goldAnswer.trim() === extracted.trim(), extracted.slice(0, 200), goldAnswer.trim() === extracted.trim() ? "same text" : "too long to read")
  }
  if (depthOf(goldAnswer) > deepest || depthOf(extracted) > deepest) {
    return verdict(withoutBlanks(goldAnswer) === withoutBlanks(extracted), extracted, "nested too deeply to read")
  }
  const [gold, pred] = [normalise(goldAnswer), normalise(extracted)]
  if (withoutBlanks(gold) === withoutBlanks(pred)) return verdict(true, extracted, "same text")
  if (gold === "" || pred === "") return verdict(false, extracted, "no answer")
  const truth = truthOf(gold, pred, null, options)
  return truth === null ? { open: { gold, pred, extracted } } : verdict(truth, extracted, truth ? "same value" : "different")
}

/** Decides the rest with the engine. */
export const judge = ({ gold, pred, extracted }: Prepared, oracles: { readonly strict: Oracle; readonly renaming: Oracle }, options: CompareOptions): Verdict => {
  const truth = truthOf(gold, pred, options.strict === false ? oracles.renaming : oracles.strict, options)
  return { equal: truth === true, extracted, reason: truth === true ? "equal expressions" : "different" }
}
