/** An explanation for people: runs of equal tokens, one a line; with colours where the terminal has them. */
import type { ExplainedToken, Explanation } from "./explain.ts"
import { type Segment, segments } from "./Segment.ts"

const colourOf: Readonly<Record<Segment, number>> = { prompt: 36, cot: 33, answer: 32 }
const underlined = 4
const dim = 2
const struck = 9

const paint = (codes: ReadonlyArray<number>, text: string): string => `\u001b[${codes.join(";")}m${text}\u001b[0m`

/** Control characters would move the cursor or colour the rest: shown as symbols. */
const visible = (text: string): string =>
  text.replace(/[\u0000-\u001f]/gu, (c) => String.fromCodePoint(0x2400 + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** What a token is to the student. Weights other than 1 are shown. */
const stateOf = (token: ExplainedToken): string =>
  !token.kept ? "cut" : token.weight === 0 ? "context" : token.weight === 1 ? "target" : `target x${token.weight.toPrecision(3)}`

interface Run {
  readonly segment: Segment
  readonly state: string
  readonly kept: boolean
  readonly isTarget: boolean
  readonly from: number
  text: string
  to: number
}

const runsOf = (tokens: ReadonlyArray<ExplainedToken>): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  for (const token of tokens) {
    const state = stateOf(token)
    const last = runs.at(-1)
    if (last !== undefined && last.segment === token.segment && last.state === state) {
      last.text += token.text
      last.to = token.index + 1
    } else {
      const { segment, kept, index: from } = token
      runs.push({ segment, state, kept, isTarget: token.weight > 0, from, to: from + 1, text: token.text })
    }
  }
  return runs
}

const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const symbols = [...text]
  return Array.from({ length: Math.max(1, Math.ceil(symbols.length / width)) }, (_, i) => symbols.slice(i * width, (i + 1) * width).join(""))
}

const columns = (segment: string, state: string, span: string): string => `${segment.padEnd(8)}${state.padEnd(14)}${span.padEnd(12)}`
const indent = columns("", "", "")

/**
 * @param options.colour underlined: supervised; struck through: cut; the colour is the segment's
 * @param options.width characters of text a line
 */
export const explanationText = (explanation: Explanation, options: { readonly colour: boolean; readonly width?: number }): string => {
  const { colour, width = 80 } = options
  const { length, kept: [start, end], targets, derivedAt, derivationKept } = explanation
  const style = (run: Run, text: string) => colour
    ? paint([colourOf[run.segment], ...(run.isTarget ? [underlined] : []), ...(run.kept ? [] : [dim, struck])], text)
    : text
  const derivation = derivedAt === null
    ? "no derivation known"
    : `first derivation ends at token ${derivedAt} (${(100 * derivedAt / length).toFixed(0)} %), ${derivationKept ? "kept" : "cut"}`
  const lines = [
    `sample ${visible(explanation.sample)} (row ${explanation.row}): ${length} tokens, kept [${start}, ${end}), ${targets} targets; ${derivation}`,
    ""
  ]
  for (const run of runsOf(explanation.tokens)) {
    const head = columns(run.segment, run.state, `[${run.from}, ${run.to})`)
    for (const [i, part] of wrapped(visible(run.text), width).entries()) lines.push((i === 0 ? head : indent) + style(run, part))
  }
  lines.push("", columns("segment", "tokens", "kept") + "targets")
  for (const segment of segments) {
    const { tokens, kept, targets: own } = explanation.segments[segment]
    lines.push(columns(segment, String(tokens), String(kept)) + String(own))
  }
  return lines.join("\n")
}
