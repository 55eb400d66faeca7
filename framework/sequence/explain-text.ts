/** An explanation for people: runs of equal tokens, one a line; with colours where the terminal has them. */
import type { ExplainedToken, Explanation } from "./explain.ts"
import { type Segment, segments } from "./Segment.ts"

const colourOf: Readonly<Record<Segment, number>> = { prompt: 36, cot: 33, answer: 32 }
const underlined = 4
const dim = 2
const struck = 9

const paint = (codes: ReadonlyArray<number>, text: string): string => `\u001b[${codes.join(";")}m${text}\u001b[0m`

/** Control characters would move the cursor or colour the rest: shown as symbols. */
export const visible = (text: string): string =>
  text.replace(/[\u0000-\u001f]/gu, (c) => String.fromCodePoint(0x2400 + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** What a token is to the student. Weights other than 1 are shown. */
export const stateOf = (token: ExplainedToken): string =>
  !token.kept ? "cut" : token.weight === 0 ? "context" : token.weight === 1 ? "target" : `target x${token.weight.toPrecision(3)}`

export interface Run {
  readonly segment: Segment
  readonly countsAs: Segment
  readonly state: string
  readonly kept: boolean
  readonly isTarget: boolean
  readonly from: number
  text: string
  to: number
}

/** Tokens side by side that are alike. */
export const runsOf = (tokens: ReadonlyArray<ExplainedToken>): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  for (const token of tokens) {
    const state = stateOf(token)
    const last = runs.at(-1)
    if (last !== undefined && last.segment === token.segment && last.countsAs === token.countsAs && last.state === state) {
      last.text += token.text
      last.to = token.index + 1
    } else {
      const { countsAs, segment, kept, index: from } = token
      runs.push({ segment, countsAs, state, kept, isTarget: token.weight > 0, from, to: from + 1, text: token.text })
    }
  }
  return runs
}

/** Lines of at most `width` characters that end behind a blank or a line break, unless that leaves less than half a line. */
const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const symbols = [...text]
  const lines: Array<string> = []
  for (let from = 0; from < symbols.length || from === 0;) {
    let to = from + width
    if (to < symbols.length) {
      while (to > from + width / 2 && !/[ \u240a]/u.test(symbols[to - 1]!)) to--
      if (to <= from + width / 2) to = from + width
    }
    lines.push(symbols.slice(from, to).join(""))
    from = to
  }
  return lines
}

const columns = (segment: string, state: string, span: string): string => `${segment.padEnd(8)}${state.padEnd(14)}${span.padEnd(12)}`
const indent = columns("", "", "")

/** "[0, 16), [40, 52)"; of many the first and how many more. */
export const spansText = (spans: Explanation["spans"]): string =>
  spans.slice(0, 4).map(([start, end]) => `[${start}, ${end})`).join(", ") + (spans.length > 4 ? ` and ${spans.length - 4} more` : "")

/** One line that says what the sample is and what is kept of it. */
export const headline = ({ derivationKept, derivedAt, length, row, sample, spans, targets }: Explanation): string => {
  const derivation = derivedAt === null
    ? "no derivation known"
    : `first derivation ends at token ${derivedAt} (${(100 * derivedAt / length).toFixed(0)} %), ${derivationKept ? "kept" : "cut"}`
  return `sample ${visible(sample)} (row ${row}): ${length} tokens, kept ${spansText(spans)}, ${targets} targets; ${derivation}`
}

/**
 * @param options.colour underlined: supervised; struck through: cut; the colour is the segment's
 * @param options.width characters of text a line
 */
export const explanationText = (explanation: Explanation, options: { readonly colour: boolean; readonly width?: number }): string => {
  const { colour, width = 80 } = options
  const style = (run: Run, text: string) => colour
    ? paint([colourOf[run.segment], ...(run.isTarget ? [underlined] : []), ...(run.kept ? [] : [dim, struck])], text)
    : text
  const lines = [headline(explanation), ""]
  const runs = runsOf(explanation.tokens)
  for (const run of runs) {
    const head = columns(run.segment === run.countsAs ? run.segment : `${run.countsAs}*`, run.state, `[${run.from}, ${run.to})`)
    for (const [i, part] of wrapped(visible(run.text), width).entries()) lines.push((i === 0 ? head : indent) + style(run, part))
  }
  if (runs.some(({ countsAs, segment }) => countsAs !== segment)) lines.push("", "* by the cell's conventions: it stands in another segment")
  lines.push("", columns("segment", "tokens", "kept") + "targets")
  for (const segment of segments) {
    const { tokens, kept, targets: own } = explanation.segments[segment]
    lines.push(columns(segment, String(tokens), String(kept)) + String(own))
  }
  return lines.join("\n")
}
