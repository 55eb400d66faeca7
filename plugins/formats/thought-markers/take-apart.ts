/**
 * Takes a text apart by a pair of markers. The one rule for every data set that marks its thoughts:
 *
 * - one opener, at the start, and one closer after it: the thought between, the answer behind;
 * - an opener without a closer: a thought that never ends, and no answer;
 * - a closer alone only where the prompt already ends in the opener;
 * - anything else is refused by name, for no reading of it can be trusted.
 *
 * Only a text that the model wrote belongs here: markers quoted by a system prompt or a user are nobody's thought.
 */
import type { Refusal } from "leadspan"
import { withoutEndTokens } from "./edges.ts"
import type { MarkerPair } from "./marker-pairs.ts"

/** A text's parts, edges trimmed. `answer` is empty where the thought never ends. */
export interface Parts {
  readonly cot: string
  readonly answer: string
  readonly closed: boolean
}

export interface TakeApartOptions {
  /** the prompt ends in the opener, so the text begins inside the thought */
  readonly openedByPrompt?: boolean
}

const refuse = (reason: string, detail: string): Refusal => ({ reason, detail })

const countOf = (text: string, marker: string): number => text.split(marker).length - 1

/** Where the thought begins and ends in the text; `end` is null where it never does. */
const boundsOf = (text: string, { closer, opener }: MarkerPair, openedByPrompt: boolean) => {
  let start = openedByPrompt ? 0 : -1
  let end = -1
  for (let at = 0; at < text.length;) {
    const [nextOpener, nextCloser] = [text.indexOf(opener, at), text.indexOf(closer, at)]
    if (nextOpener < 0 && nextCloser < 0) break
    const opens = nextCloser < 0 || (nextOpener >= 0 && nextOpener < nextCloser)
    if (end >= 0) return refuse("repeated-markers", `another \`${opens ? opener : closer}\` stands after the thought's end`)
    if (opens) {
      if (start >= 0) return refuse("nested-markers", `\`${opener}\` stands inside the thought`)
      if (text.slice(0, nextOpener).trim() !== "") {
        return refuse("no-markers", `the text does not begin with \`${opener}\`, which stands only after ${nextOpener} characters`)
      }
      start = nextOpener + opener.length
      at = start
    } else {
      if (start < 0) return refuse("no-markers", `\`${closer}\` without \`${opener}\` before it, and the prompt does not end in that`)
      end = nextCloser
      at = end + closer.length
    }
  }
  return start < 0 ? refuse("no-markers", `neither \`${opener}\` nor \`${closer}\``) : { start, end: end < 0 ? null : end }
}

/** What follows the thought, without the markers of the answer. Text outside those markers is kept: the model wrote it. */
const answerOf = (text: string, { solution }: MarkerPair): string | Refusal => {
  if (solution === undefined) return text.trim()
  const { closer, opener } = solution
  const [openers, closers] = [countOf(text, opener), countOf(text, closer)]
  if (openers > 1 || closers > 1) return refuse("repeated-markers", `\`${openers > 1 ? opener : closer}\` stands ${Math.max(openers, closers)} times`)
  if (openers === 1 && closers === 0) return refuse("answer-never-ends", `\`${opener}\` without \`${closer}\``)
  if (openers < closers) return refuse("no-markers", `\`${closer}\` without \`${opener}\` before it`)
  if (openers === 1 && text.indexOf(closer) < text.indexOf(opener)) return refuse("nested-markers", `\`${closer}\` stands before \`${opener}\``)
  return text.replace(opener, "").replace(closer, "").trim()
}

/** The parts of a text that a model wrote, or why it has none. Time grows with the text's length alone. */
export const takeApart = (whole: string, markers: MarkerPair, { openedByPrompt = false }: TakeApartOptions = {}): Parts | Refusal => {
  const { text } = withoutEndTokens(whole)
  const bounds = boundsOf(text, markers, openedByPrompt)
  if ("reason" in bounds) return bounds
  const cot = text.slice(bounds.start, bounds.end ?? text.length)
  const inside = markers.solution === undefined ? undefined : Object.values(markers.solution).find((marker) => cot.includes(marker))
  if (inside !== undefined) return refuse("nested-markers", `\`${inside}\` stands inside the thought`)
  if (bounds.end === null) return { cot: cot.trim(), answer: "", closed: false }
  const answer = answerOf(text.slice(bounds.end + markers.closer.length), markers)
  return typeof answer === "string" ? { cot: cot.trim(), answer, closed: true } : answer
}
