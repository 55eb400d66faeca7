/**
 * A text as the values and signs in it, each with where it stands. What is only dress is left out: dollar signs, spacing
 * commands, `\left`, the braces of `\boxed{}` and `\text{}`. Numbers and plain fractions have one form however they are
 * written, so that a value can be compared by its tokens. One pass, linear in the length of the text.
 */

export type TokenKind = "number" | "fraction" | "word" | "command" | "sign"

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** characters [start, end) of the text */
  readonly start: number
  readonly end: number
  /** nothing stands between it and the token before */
  readonly isGlued: boolean
  /** it stands between dollar signs, or in `\( \)` or `\[ \]` */
  readonly isMath: boolean
  /** a dollar sign or the like stands between it and the token before */
  readonly afterEdge: boolean
  /** a line ends between it and the token before */
  readonly afterLine: boolean
  /** it is the first token of a `\boxed{}` */
  readonly opensBox: boolean
  /** a `\boxed{}` has ended since the token before */
  readonly afterBox: boolean
}

const number = String.raw`\d{1,3}(?:(?:,\\!|\\!,|\{,\}|\\,|,)\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`
const integer = String.raw`\d{1,3}(?:(?:,\\!|\\!,|\{,\}|\\,|,)\d{3})+(?!\d)|\d+`

/** What a text is read by, the first that fits. */
const pattern = new RegExp([
  String.raw`(?<space>\s+)`,
  String.raw`(?<dress>\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits|bf|rm|it)(?![A-Za-z])\s*\.?(?!\d)|\\(?=\s))`,
  String.raw`(?<blank>\\[,;:! ]|~|\\q?quad(?![A-Za-z]))`,
  String.raw`(?<fraction>\\[dtc]?frac\s*(?:\{\s*(?<top>${integer})\s*\}|(?<topDigit>\d))\s*(?:\{\s*(?<bottom>${integer})\s*\}|(?<bottomDigit>\d))|(?<left>${integer})\s?/\s?(?<right>${integer})(?![\d]|\.\d|/))`,
  String.raw`(?<number>${number})`,
  String.raw`(?<box>\\f?boxed\s*\{)`,
  String.raw`(?<group>\\(?:text(?:bf|it|rm|tt|sf|normal)?|math(?:rm|bf|it|sf|bb|cal)|operatorname|mbox|hbox|emph|bold|boldsymbol|underline)\s*\{)`,
  String.raw`(?<degree>\^\s*\{?\s*\\circ\s*\}?|\\degrees?(?![A-Za-z])|°)`,
  String.raw`(?<edge>\$\$?|\\\$|\\[()\[\]]|(?<![\p{L}\d)\]}])\*\*|\*\*(?![\d(]))`,
  String.raw`(?<root>\\sqrt\s*(?<radicand>[\dA-Za-z])(?![\d])|√\s*\(?(?<plainRadicand>\d+)\)?)`,
  String.raw`(?<command>\\(?:[A-Za-z]+|[\\{}%&_#|]))`,
  String.raw`(?<word>\p{L}+(?:['’]\p{L}+)*)`,
  String.raw`(?<sign>####|\*\*|=>|->|[<>!:=]=|[\s\S])`
].join("|"), "uy")

const commandNames: Readonly<Record<string, string>> = {
  "\\cdot": "*", "\\times": "*", "×": "*", "·": "*", "\\le": "≤", "\\leq": "≤", "\\leqslant": "≤", "<=": "≤", "\\ge": "≥", "\\geq": "≥",
  "\\geqslant": "≥", ">=": "≥", "\\ne": "≠", "\\neq": "≠", "!=": "≠", "\\lt": "<", "\\gt": ">", "\\pi": "π", "\\infty": "∞", "\\%": "%",
  "−": "-", "–": "-", "**": "^", "\\{": "\\{", "\\}": "\\}", "\\lbrace": "\\{", "\\rbrace": "\\}", "\\dfrac": "\\frac", "\\tfrac": "\\frac",
  "\\cfrac": "\\frac", "\\dbinom": "\\binom", "\\tbinom": "\\binom", "==": "=", "\\approx": "≈", "\\to": "→", "->": "→", "=>": "⇒", "\\Rightarrow": "⇒", "\\implies": "⇒", "\\rightarrow": "→",
  "\\boldsymbol": "", "\\mid": "|", "\\lvert": "|", "\\rvert": "|", "\\cup": "∪", "\\pm": "±"
}

/** `007` is `7`, `12,345` is `12345`, `12.50` is `12.5`, `.5` is `0.5`. */
const plainNumber = (written: string): string => {
  const digits = written.replace(/[^\d.]/gu, "")
  const [whole = "", part] = digits.split(".")
  const kept = part === undefined ? "" : part.replace(/0+$/u, "")
  return `${whole.replace(/^0+(?=\d)/u, "") || "0"}${kept === "" ? "" : `.${kept}`}`
}

/** Tokens of a text, in order. */
export const tokensOf = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  const braces: Array<"plain" | "dress" | "box"> = []
  let isMath = false
  let lastEnd = -1
  let edge = false
  let line = false
  let opensBox = false
  let afterBox = false
  const add = (kind: TokenKind, value: string, start: number, end: number): void => {
    tokens.push({ kind, text: value, start, end, isGlued: start === lastEnd, isMath, afterEdge: edge, afterLine: line, opensBox, afterBox })
    lastEnd = end
    edge = line = opensBox = afterBox = false
  }
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const at = match.index
    const end = pattern.lastIndex
    const found = match.groups as Record<string, string | undefined>
    const [written] = match
    if (found["space"] !== undefined) line ||= written.includes("\n")
    else if (found["dress"] !== undefined || found["blank"] !== undefined) {
      // `\,` and the like stand between two tokens without parting them.
      if (at === lastEnd && /^\\!?$/u.test(written)) lastEnd = end
    } else if (found["fraction"] !== undefined) {
      const top = found["top"] ?? found["topDigit"] ?? found["left"]!
      const bottom = found["bottom"] ?? found["bottomDigit"] ?? found["right"]!
      add("fraction", `${plainNumber(top)}/${plainNumber(bottom)}`, at, end)
    } else if (found["number"] !== undefined) add("number", plainNumber(written), at, end)
    else if (found["box"] !== undefined) {
      braces.push("box")
      opensBox = true
    } else if (found["group"] !== undefined) braces.push("dress")
    else if (found["degree"] !== undefined) add("sign", "°", at, end)
    else if (found["edge"] !== undefined) {
      edge = true
      if (written.startsWith("$")) isMath = !isMath
      else if (written === "\\(" || written === "\\[") isMath = true
      else if (written === "\\)" || written === "\\]") isMath = false
    } else if (found["root"] !== undefined) {
      add("command", "\\sqrt", at, at + 1)
      add("sign", "{", at + 1, at + 1)
      const radicand = found["radicand"] ?? found["plainRadicand"]!
      add(/\d/u.test(radicand) ? "number" : "word", radicand, at + 1, end)
      add("sign", "}", end, end)
    } else if (found["command"] !== undefined) {
      const name = commandNames[written] ?? written
      if (name !== "") add(name.startsWith("\\") && name.length > 2 ? "command" : "sign", name, at, end)
    } else if (found["word"] !== undefined) add("word", written, at, end)
    else if (written === "{") {
      braces.push("plain")
      add("sign", "{", at, end)
    } else if (written === "}") {
      const opened = braces.pop() ?? "plain"
      if (opened === "plain") add("sign", "}", at, end)
      else if (opened === "box") afterBox = true
      // `\text{A}12` is not glued, `\mathrm{x}_1` is.
      if (opened === "dress" && lastEnd === at) lastEnd = end
    } else add("sign", commandNames[written] ?? written, at, end)
  }
  return tokens
}
