/**
 * A trace record as tokens with segments.
 *
 * Bounds are characters of the rendered text (`template.ts`), mapped to tokens by offsets (`offsets.ts`). A token across a
 * bound belongs to the segment in which it *starts*: a token that begins in the prompt is given, never learnt as thought.
 */
import type { TraceRecord } from "../plugin/define.ts"
import { unitsAt, unitsBefore } from "./offsets.ts"
import { segmentCode } from "./Segment.ts"
import type { Sequence } from "./Sequence.ts"
import { quote, SequenceError } from "./SequenceError.ts"
import type { RenderOptions } from "./template.ts"
import type { Tokenizer } from "./tokenizer.ts"

const templateOf = (tokenizer: Tokenizer) => {
  if (tokenizer.template !== null) return tokenizer.template
  throw new SequenceError({
    code: "template-missing", where: tokenizer.folder, expected: "a chat template (tokenizer_config.json or chat_template.jinja)",
    found: "none", advice: "Base models often have none: take the tokenizer of the instruction-tuned sibling."
  })
}

/** @throws SequenceError if the template or the tokenizer cannot place the record's texts */
export const tokeniseTrace = (tokenizer: Tokenizer, record: TraceRecord, options: RenderOptions = {}): Sequence => {
  const where = `record ${quote(record.id)}`
  const { normalise, unit } = tokenizer
  const derivedChars = record.derivedAt === null ? null : normalise(record.cot.slice(0, record.derivedAt)).length
  const rendered = templateOf(tokenizer).render({
    prompt: normalise(record.prompt), cot: normalise(record.cot), answer: normalise(record.answer),
    ...(record.system === undefined ? {} : { system: normalise(record.system) }),
    ...(record.closed === undefined ? {} : { closed: record.closed })
  }, where, options)
  const { closerStart, cotEnd, cotTrimmed, endStart, openerStart, promptEnd, text } = rendered
  const { ends_T, ids_T } = tokenizer.encode(text, where)
  const derivedEnd = derivedChars === null ? promptEnd : Math.min(closerStart, promptEnd + Math.max(0, derivedChars - cotTrimmed))
  const [openerUnit, cotUnit, closerUnit, answerUnit, endUnit] =
    unitsAt(unit, text, [openerStart ?? promptEnd, promptEnd, closerStart, cotEnd, endStart])
  const derivedUnit = derivedChars === null ? 0 : cotUnit! + unitsBefore(unit, text.slice(promptEnd, derivedEnd), derivedEnd - promptEnd)

  const segments_T = new Uint8Array(ids_T.length)
  let [derivedAt, openerAt, closerAt, endOfTurnAt]: Array<number | null> = [null, null, null, null]
  for (let t = 0, start = 0; t < ids_T.length; start = ends_T[t]!, t++) {
    segments_T[t] = start < cotUnit! ? segmentCode.prompt : start < answerUnit! ? segmentCode.cot : segmentCode.answer
    if (derivedAt === null && derivedChars !== null && ends_T[t]! >= derivedUnit) derivedAt = t + 1
    if (openerAt === null && start >= openerUnit! && start < cotUnit!) openerAt = t
    if (closerAt === null && start >= closerUnit! && start < answerUnit!) closerAt = t
    if (endOfTurnAt === null && start >= endUnit! && start >= answerUnit!) endOfTurnAt = t
  }
  return { id: record.id, tokens_T: ids_T, segments_T, derivedAt: derivedAt!, openerAt: openerAt!, closerAt: closerAt!, endOfTurnAt: endOfTurnAt! }
}

/** The first `most` tokens of a sequence: what stands behind them was never there. */
export const cutSequence = (sequence: Sequence, most: number): Sequence => {
  if (sequence.tokens_T.length <= most) return sequence
  const within = (at: number | null): number | null => at !== null && at < most ? at : null
  const { derivedAt } = sequence
  return {
    id: sequence.id, tokens_T: sequence.tokens_T.slice(0, most), segments_T: sequence.segments_T.slice(0, most),
    derivedAt: derivedAt !== null && derivedAt <= most ? derivedAt : null,
    openerAt: within(sequence.openerAt), closerAt: within(sequence.closerAt), endOfTurnAt: within(sequence.endOfTurnAt)
  }
}

/** Token ids that a model is given for a prompt at generation: the training sequence up to the chain of thought, [T]. */
export const promptIds = (tokenizer: Tokenizer, prompt: string, where: string): Int32Array =>
  tokenizer.encode(templateOf(tokenizer).renderPrompt(tokenizer.normalise(prompt), where), where).ids_T
