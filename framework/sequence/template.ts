/**
 * Chat templates: the model's own Jinja (`jinja.ts`) and the *frame* that it puts around a trace.
 *
 *     before  PROMPT  opener  COT  closer  ANSWER  end
 *
 * The frame is found once a template by rendering marks in place of the three texts. Each record is then rendered for real
 * and must be the frame with its own texts in it, edge whitespace apart: so spans are located on the rendered text itself,
 * never searched for, and a marker quoted inside a text cannot mislead them. `opener` is given at generation and belongs to
 * the prompt, `closer` to the chain of thought, `end` (end of turn) to the answer.
 */
import { quote, SequenceError } from "./SequenceError.ts"
import { jinjaRenderer, type Message, type SpecialTokens } from "./jinja.ts"

export interface Frame {
  readonly before: string
  readonly opener: string
  readonly closer: string
  readonly end: string
}

/** Texts of a trace before the template. */
export interface TraceTexts {
  readonly prompt: string
  readonly cot: string
  readonly answer: string
}

/** The rendered text with bounds of the segments: prompt [0, promptEnd), cot [promptEnd, cotEnd), answer [cotEnd, length). */
export interface RenderedTrace {
  readonly text: string
  /** where the text of the chain of thought starts and what was trimmed off its beginning */
  readonly promptEnd: number
  readonly cotTrimmed: number
  readonly cotEnd: number
}

export interface ChatTemplate {
  readonly frame: Frame
  /** @throws SequenceError */
  readonly render: (texts: TraceTexts, where: string) => RenderedTrace
  /** What a model is given at generation: the prompt in its frame, opener included. @throws SequenceError */
  readonly renderPrompt: (prompt: string, where: string) => string
}

type Conversation = (texts: TraceTexts) => ReadonlyArray<Message>

/** Templates take the thought as a field of the message, or know nothing of it and get it inside the content. */
const conversations: ReadonlyArray<Conversation> = [
  ({ prompt, cot, answer }) => [
    { role: "user", content: prompt },
    { role: "assistant", content: answer, reasoning_content: cot, thinking: cot }
  ],
  ({ prompt, cot, answer }) => [
    { role: "user", content: prompt },
    { role: "assistant", content: `<think>\n${cot}\n</think>\n\n${answer}` }
  ]
]

const marks: TraceTexts = { prompt: "leadspan0prompt", cot: "leadspan1cot", answer: "leadspan2answer" }

/** The frame around the marks, or null where the template does not show each of them once and in order. */
const frameOf = (text: string): Frame | null => {
  const parts = text.split(new RegExp(Object.values(marks).join("|"), "u"))
  const [before, opener, closer, end] = parts
  if (parts.length !== 4 || before === undefined || opener === undefined || closer === undefined || end === undefined) return null
  return before + marks.prompt + opener + marks.cot + closer + marks.answer + end === text ? { before, opener, closer, end } : null
}

/** A text as it stands, or with the whitespace that templates strip taken off its edges. */
const trimmings = (text: string): ReadonlyArray<string> => [...new Set([
  text, text.trim(), text.replace(/^\n+|\n+$/gu, ""), text.trimStart(), text.trimEnd(),
  text.replace(/^\n+/u, ""), text.replace(/\n+$/u, "")
])]

/** Lays the three texts into the frame so that the whole is `text`; null if they do not fit. */
const locate = (frame: Frame, texts: TraceTexts, text: string): RenderedTrace | null => {
  if (!text.startsWith(frame.before)) return null
  for (const prompt of trimmings(texts.prompt)) {
    const head = frame.before + prompt + frame.opener
    if (!text.startsWith(head)) continue
    for (const cot of trimmings(texts.cot)) {
      const middle = cot + frame.closer
      if (!text.startsWith(middle, head.length)) continue
      const rest = text.slice(head.length + middle.length)
      if (trimmings(texts.answer).some((answer) => rest === answer + frame.end)) {
        return { text, promptEnd: head.length, cotTrimmed: texts.cot.indexOf(cot), cotEnd: head.length + middle.length }
      }
    }
  }
  return null
}

/** @throws SequenceError if the template fails, or does not show prompt, chain of thought and answer in this order */
export const makeTemplate = (source: string, special: SpecialTokens, folder: string): ChatTemplate => {
  const where = `${folder} (chat template)`
  const { renderTimed, render: renderMessages } = jinjaRenderer(source, special, where)
  let found: { readonly frame: Frame; readonly conversation: Conversation } | undefined
  for (const conversation of conversations) {
    const frame = frameOf(renderTimed(conversation(marks), false))
    if (frame !== null) {
      found = { frame, conversation }
      break
    }
  }
  if (found === undefined) {
    throw new SequenceError({
      code: "template-segments", where, expected: "a template that shows prompt, thought and answer, each once and in order",
      found: "one that drops or moves a part (many templates drop the thought)",
      advice: "Use a model folder whose chat template keeps the thought of the last message."
    })
  }
  const { frame, conversation } = found
  const generation = renderTimed(conversation(marks).slice(0, 1), true)
  if (!(frame.before + marks.prompt + frame.opener).startsWith(generation)) {
    throw new SequenceError({
      code: "template-segments", where, expected: `a generation prompt that begins the training text ${quote(frame.opener)}`,
      found: quote(generation.slice((frame.before + marks.prompt).length)),
      advice: "Students would be asked differently from how they were trained; mend the template."
    })
  }
  const misfit = (at: string) => new SequenceError({
    code: "template-segments", where: at, expected: "texts that the chat template leaves as they are",
    found: "a rendered text in which they cannot be located",
    advice: "Look for the template's own markers (such as </think>) inside the record's texts."
  })
  const render = (texts: TraceTexts, at: string): RenderedTrace => {
    const located = locate(frame, texts, renderMessages(conversation(texts), false))
    if (located === null) throw misfit(at)
    return located
  }
  const renderPrompt = (prompt: string, at: string): string => {
    const { text, promptEnd } = render({ ...marks, prompt }, at)
    return text.slice(0, promptEnd)
  }
  return { frame, render, renderPrompt }
}
