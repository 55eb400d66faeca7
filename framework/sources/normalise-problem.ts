/**
 * A problem's text as two records are compared by it: for splits, for duplicates, and against evaluations.
 *
 * In this order: Unicode NFKC; instructions that data sets put around a problem taken off (`instructions`); LaTeX that only
 * makes space (`\,` `\;` `\:` `\!` `\ ` `~` `\quad` `\qquad`) and `\left`, `\right` made a blank or nothing; runs of
 * whitespace made one blank; edges trimmed. Letters keep their case and numbers their digits: `2x` and `3x` are two problems.
 */
const boxed = String.raw`\\boxed\{\s*\}`

/** Sentences at the beginning or end that ask for a form of the answer and say nothing about the problem. */
const instructions: ReadonlyArray<RegExp> = [
  `return your final response within ${boxed}\\.?`,
  `(?:please )?(?:let's )?(?:think|reason) step by step,? and (?:put|output|give|provide) (?:your|the) final answer (?:with)?in ${boxed}\\.?`,
  `(?:please )?put your (?:final )?answer (?:with)?in ${boxed}\\.?`,
  `solve the following math problem(?: efficiently and clearly| step by step)?[.:]?(?: make sure to put the answer \\(and only answer\\) inside ${boxed}\\.?)?`,
  "(?:please )?(?:let's )?(?:think|reason) step by step\\.?"
].flatMap((sentence) => [new RegExp(`^\\s*${sentence}\\s*`, "iu"), new RegExp(`(?<=[\\s.?!$])${sentence}\\s*$`, "iu")])

export const normaliseProblem = (problem: string): string => {
  let text = problem.normalize("NFKC")
  for (const instruction of instructions) text = text.replace(instruction, "")
  if (text.includes("\\") || text.includes("~")) {
    text = text.replace(/\\(?:[,;:! ]|q?quad(?![a-zA-Z]))|~/gu, " ").replace(/\\(?:left|right)(?![a-zA-Z])/gu, "")
  }
  return text.replace(/\s+/gu, " ").trim()
}

/**
 * The words of a normalised problem, by which overlap is counted: lower case; runs of letters, single numbers, and the signs
 * of arithmetic; all other punctuation is left out.
 */
export const wordsOf = (problem: string): ReadonlyArray<string> => problem.toLowerCase().match(/\p{L}+|\p{N}+|[+\-*/=<>^]/gu) ?? []
