/**
 * A trace record as tokens with segments.
 *
 * Bounds are characters of the rendered text (`template.ts`), mapped to tokens by offsets (`offsets.ts`). A token across a
 * bound belongs to the segment in which it *starts*: a token that begins in the prompt is given, never learnt as thought.
 */
import type { TraceRecord } from "../plugin/define.ts"
import { unitsBefore } from "./offsets.ts"
import { segmentCode } from "./Segment.ts"
import { quote, SequenceError } from "./SequenceError.ts"
import type { Tokenizer } from "./tokenizer.ts"

/** A whole, untruncated sequence. T tokens. */
export interface Sequence {
  readonly id: string
  readonly tokens_T: Int32Array
  /** 0 prompt, 1 cot, 2 answer; never decreasing */
  readonly segments_T: Uint8Array
  /** index just after the token that completes the first derivation of the answer, or null */
  readonly derivedAt: number | null
}

const templateOf = (tokenizer: Tokenizer) => {
  if (tokenizer.template !== null) return tokenizer.template
  throw new SequenceError({
    code: "template-missing", where: tokenizer.folder, expected: "a chat template (tokenizer_config.json or chat_template.jinja)",
    found: "none", advice: "Base models often have none: take the tokenizer of the instruction-tuned sibling."
  })
}

/** @throws SequenceError if the template or the tokenizer cannot place the record's texts */
export const tokeniseTrace = (tokenizer: Tokenizer, record: TraceRecord): Sequence => {
  const where = `record ${quote(record.id)}`
  const texts = {
    prompt: tokenizer.normalise(record.prompt), cot: tokenizer.normalise(record.cot), answer: tokenizer.normalise(record.answer)
  }
  const derivedChars = record.derivedAt === null ? null : tokenizer.normalise(record.cot.slice(0, record.derivedAt)).length
  const { text, promptEnd, cotTrimmed, cotEnd } = templateOf(tokenizer).render(texts, where)
  const { ids_T, ends_T } = tokenizer.encode(text, where)
  const units = (offset: number) => unitsBefore(tokenizer.unit, text, offset)
  const [cotUnit, answerUnit] = [units(promptEnd), units(cotEnd)]
  const derivedUnit = derivedChars === null ? null : units(promptEnd + Math.max(0, derivedChars - cotTrimmed))

  const segments_T = new Uint8Array(ids_T.length)
  let derivedAt: number | null = null
  for (let t = 0, start = 0; t < ids_T.length; start = ends_T[t]!, t++) {
    segments_T[t] = start < cotUnit ? segmentCode.prompt : start < answerUnit ? segmentCode.cot : segmentCode.answer
    if (derivedAt === null && derivedUnit !== null && ends_T[t]! >= derivedUnit) derivedAt = t + 1
  }
  return { id: record.id, tokens_T: ids_T, segments_T, derivedAt }
}

/** Token ids that a model is given for a prompt at generation: the training sequence up to the chain of thought, [T]. */
export const promptIds = (tokenizer: Tokenizer, prompt: string, where: string): Int32Array =>
  tokenizer.encode(templateOf(tokenizer).renderPrompt(tokenizer.normalise(prompt), where), where).ids_T
