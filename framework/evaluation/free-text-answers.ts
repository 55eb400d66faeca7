/**
 * The four rules for answers in free text, graded as mathematics: what benchmarks have in common that ask a reasoning model
 * for a boxed answer. A benchmark spreads `freeTextAnswers.rules` and adds `freeTextAnswers.options` to its own.
 *
 * Prompt and box as the R1 series is benchmarked: https://github.com/deepseek-ai/DeepSeek-R1 at 5689f0a, README, "Usage
 * Recommendations" 2 and 3 (no system prompt; "Please reason step by step, and put your final answer within \boxed{}.").
 * The cue after a thought that is ended is that of early-exit evaluations of such models, which open the box themselves.
 */
import { Schema } from "effect"
import { firstDerivation } from "../derivation/find-derivation.ts"
import { type ExtractionRule, extractAnswer, extractionRules, firstAnswer, usualExtraction } from "../equivalence/extract.ts"
import type { Output } from "../plugin/define.ts"
import { withDefault } from "../spec/schema/annotate.ts"

const Rules = Schema.NonEmptyArray(Schema.Literals(extractionRules))

const boxedPrompt = "{question}\nPlease reason step by step, and put your final answer within \\boxed{}."
const boxedCue = "\n\n**Final Answer**\n\\boxed{"

const options = {
  prompt: withDefault(Schema.String.annotate({ description: "What is asked; `{question}` is the item's." })
    .check(Schema.isPattern(/\{question\}/u, { expected: "a text with {question} in it" })), boxedPrompt),
  strict: withDefault(Rules.annotate({ description: "What delimits an answer: rules for the answer part of a finished output, in order." }), ["boxed"]),
  extract: withDefault(Rules.annotate({ description: "Rules of the lenient reading, in the order in which they are tried." }), usualExtraction as readonly [ExtractionRule, ...Array<ExtractionRule>]),
  first: withDefault(Schema.Literals(["derived", "stated"]).annotate({
    description: "The rule `first`: the reference answer is `derived` in the thought, or the first answer that is `stated` at all."
  }), "derived"),
  cue: withDefault(Schema.String.annotate({ description: "Asks for the answer after a thought that is ended." }), boxedCue)
}

interface Reading {
  readonly prompt: string
  readonly strict: ReadonlyArray<ExtractionRule>
  readonly extract: ReadonlyArray<ExtractionRule>
  readonly first: "derived" | "stated"
  readonly cue: string
}

/** All that was written; a blank line parts thought and answer, so that no box is joined to one on the other side. */
const wholeOf = ({ answer, thought }: Output): string => answer === null || answer === thought ? thought : `${thought}\n\n${answer}`

const strict = ({ answer, finished }: Output, reading: Reading): string | null =>
  finished && answer !== null ? extractAnswer(answer, reading.strict) : null

/** Rule by rule over the whole output; `bare` and `whole` speak of the answer part, where there is one. */
const lenient = (output: Output, reading: Reading): string | null => {
  const delimited = strict(output, reading)
  if (delimited !== null) return delimited
  const whole = wholeOf(output)
  for (const rule of reading.extract) {
    const found = extractAnswer(rule === "bare" || rule === "whole" ? output.answer ?? output.thought : whole, [rule])
    if (found !== null) return found
  }
  return null
}

const first = (output: Output, reading: Reading, gold: string): string | null =>
  reading.first === "stated" ? firstAnswer(wholeOf(output)) : firstDerivation(output.thought, gold, "strict") === null ? null : gold

/** The cue and what follows are read together, so that the box which it opens is closed by the model. */
const forced = (text: string, reading: Reading): string | null => {
  const answer = `${reading.cue}${text}`
  for (const rule of reading.strict) {
    // What was asked for comes first; what is written after it was not asked for.
    const found = firstAnswer(answer, [rule]) ?? (rule === "bare" || rule === "last" || rule === "whole" ? extractAnswer(answer, [rule]) : null)
    if (found !== null) return found
  }
  return null
}

/** The prompt of a question. */
const promptOf = (question: string, { prompt }: Pick<Reading, "prompt">): string => prompt.replace("{question}", () => question)

export const freeTextAnswers = {
  options,
  promptOf,
  rules: {
    answerCue: ({ cue }: Reading): string => cue,
    answerTokens: 64,
    chance: 0,
    strict, lenient, first, forced,
    equal: "mathematics" as const,
    /** what bears on a verdict, once the items are drawn */
    verdictOptions: ({ cue, extract, first, strict }: Reading): unknown => ({ strict, extract, first, cue })
  }
}
