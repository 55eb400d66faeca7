/** LaTeX as models write it to one spelling: dress off, signs by one name each, units and percent told from the value. */

/** Relations and set signs have one character each, so that texts can be split at them. */
const signs: ReadonlyArray<readonly [RegExp, string]> = [
  // What a JSON text makes of `\frac`, `\text` and `\binom` written with one backslash.
  [/\\?\u000c(?=rac)/gu, "\\f"], [/\u0009(?=ext\{|imes|frac)/gu, "\\t"], [/\u0008(?=oxed|inom|egin)/gu, "\\b"],
  [/\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits|mathstrut)(?![A-Za-z])\s*\.?(?!\d)/gu, ""],
  [/(?<=\d)(?:\{,\}|,\\!|\\!,|\\,|\\!)(?=\d{3}(?!\d))/gu, ""],
  [/(?<!\\)\\!/gu, ""], [/(?<!\\)\\[,;:> ]|~|\\q?quad(?![A-Za-z])|\u00a0/gu, " "],
  [/\\[dtc]frac(?![A-Za-z])/gu, "\\frac"], [/\\[dt]binom/gu, "\\binom"],
  [/\\(?:textbf|textit|textrm|textnormal|mathrm|mathbf|mathit|mathsf|mbox|hbox|operatorname\*?|boldsymbol|bold|emph)(?=\s*\{)/gu, "\\text"],
  [/\\text\s*\{\s*\(?([A-Za-z])\)?\s*\}/gu, "$1"],
  [/\\text\s*\{\s*(?:and|or)\s*\}|\\(?:land|lor|wedge|vee)(?![A-Za-z])/gu, " , "],
  [/(?<=[\s,;$)}\]])(?:and|or)(?=[\s,;$({[\\])/gu, " , "],
  [/\\text\s*\{\s*(?:if|for|where|with)\b[^{}]*\}/gu, " "],
  [/\\\$|\$|[€£¥]/gu, ""],
  [/\\?%|\bpercent(?:age)?\b|\\text\s*\{\s*(?:%|\\%|percent(?:age)?)\s*\}|\bpct\b/gu, "%"],
  [/\^\s*\{?\s*\\circ\s*\}?|\\degrees?(?![A-Za-z])|\bdegrees?\b|\\text\s*\{\s*degrees?\s*\}/gu, "°"],
  [/\\(?:le|leq|leqslant)(?![A-Za-z])|<=/gu, "≤"], [/\\(?:ge|geq|geqslant)(?![A-Za-z])|>=/gu, "≥"], [/\\(?:neq?|not\s*=)(?![A-Za-z])|!=/gu, "≠"],
  [/\\lt(?![A-Za-z])/gu, "<"], [/\\gt(?![A-Za-z])/gu, ">"], [/\\(?:approx|simeq)(?![A-Za-z])/gu, "≈"], [/\\in(?![A-Za-z])/gu, "∈"], [/\\cup(?![A-Za-z])/gu, "∪"],
  [/\\pm(?![A-Za-z])|\+\/-|\+-/gu, "±"], [/\\mp(?![A-Za-z])/gu, "∓"], [/\\infty(?![A-Za-z])|\b(?:infinity|infty|inf|oo)\b/gu, "∞"],
  [/\\(?:emptyset|varnothing)(?![A-Za-z])/gu, "∅"], [/\\(?:lbrace)(?![A-Za-z])/gu, "\\{"], [/\\rbrace(?![A-Za-z])/gu, "\\}"],
  [/\\langle(?![A-Za-z])/gu, "("], [/\\rangle(?![A-Za-z])/gu, ")"], [/\\[lr]vert(?![A-Za-z])|\\mid(?![A-Za-z])/gu, "|"], [/\\[lr]brack(?![A-Za-z])/gu, "["],
  [/[−–]/gu, "-"], [/[×∗]|\\times(?![A-Za-z])/gu, "\\cdot "], [/·/gu, "\\cdot "], [/÷/gu, "/"], [/²/gu, "^2"], [/³/gu, "^3"], [/π/gu, "\\pi "],
  [/√\s*\(([^()]*)\)/gu, "\\sqrt{$1}"], [/√\s*(\d+)/gu, "\\sqrt{$1}"], [/½/gu, "\\frac{1}{2}"], [/¼/gu, "\\frac{1}{4}"], [/¾/gu, "\\frac{3}{4}"],
  [/\*\*(?=[\d({])/gu, "^"], [/\*\*|__/gu, ""],
  [/(?<![\\A-Za-z])sqrt\s*\(([^()]*)\)/gu, "\\sqrt{$1}"], [/(?<![\\A-Za-z])(sin|cos|tan|cot|sec|csc|ln|log|exp|arcsin|arccos|arctan)(?=\s*[\^(\s\d\\])/gu, "\\$1 "],
  [/(?<![\\A-Za-z])pi(?![A-Za-z])/gu, "\\pi "], [/\\(?:exponentialE)(?![A-Za-z])/gu, "e"],
  [/\\frac\s*(\d)\s*(\d)/gu, "\\frac{$1}{$2}"], [/\\frac\s*(\d)\s*\{/gu, "\\frac{$1}{"], [/\\sqrt\s*(\d|[a-z](?![a-z]))/gu, "\\sqrt{$1}"],
  [/\\frac\s*(\{[^{}]*\})\s*(\d)(?!\d)/gu, "\\frac$1{$2}"],
  [/(?<=\})\s+(?=\{)/gu, ""], [/\s+/gu, " "]
]

const roundBrackets = (text: string): string => text.replace(/\\\\(?=[A-Za-z(){}[\]])/gu, "\\")

/** One spelling of an extracted answer. Linear passes over a bounded text. */
export const normalise = (text: string): string => {
  // A text escaped twice has `\\frac`; in a matrix `\\` ends a row.
  let result = text.includes("\\begin") ? text : roundBrackets(text)
  for (const [written, sign] of signs) result = result.replace(written, sign)
  result = result.trim()
  return result.replace(/(?:[\s.,;:]|\\+(?![A-Za-z{}()[\]]))+$/u, "").replace(/^[\s:,;]+/u, "").trim()
}

/** Without blanks, in which two spellings of one answer may still differ. */
export const withoutBlanks = (text: string): string => text.replace(/\s+/gu, "")
