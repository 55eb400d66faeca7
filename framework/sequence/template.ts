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
import { pythonStrip } from "./python-strip.ts"
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
  readonly system?: string
  /** false: the thought was cut off before its end; there is no answer then, and no closer */
  readonly closed?: boolean
}

/**
 * The rendered text with bounds of its parts, in characters:
 *
 *     prompt [0, promptEnd) with the thought's opener [openerStart, promptEnd)
 *     cot    [promptEnd, cotEnd) with its closer [closerStart, cotEnd)
 *     answer [cotEnd, length) with the end of turn [endStart, length)
 */
export interface RenderedTrace {
  readonly text: string
  /** null where the template opens a thought by nothing that could be told from the turn's head */
  readonly openerStart: number | null
  readonly promptEnd: number
  /** characters trimmed off the beginning of the thought */
  readonly cotTrimmed: number
  readonly closerStart: number
  readonly cotEnd: number
  readonly endStart: number
}

export interface RenderOptions {
  /** the generation prompt comes again after the finished chat: a quirk of the reference implementation */
  readonly appendGenerationPrompt?: boolean
}

export interface ChatTemplate {
  readonly frame: Frame
  /** @throws SequenceError */
  readonly render: (texts: TraceTexts, where: string, options?: RenderOptions) => RenderedTrace
  /** What a model is given at generation: the prompt in its frame, opener included. @throws SequenceError */
  readonly renderPrompt: (prompt: string, where: string) => string
}

type Conversation = (texts: TraceTexts) => ReadonlyArray<Message>

/** Templates take the thought as a field of the message, or know nothing of it and get it inside the content. */
const assistants: ReadonlyArray<(texts: TraceTexts) => Message> = [
  ({ answer, cot }) => ({ role: "assistant", content: answer, reasoning_content: cot, thinking: cot }),
  ({ answer, cot }) => ({ role: "assistant", content: `<think>\n${cot}\n</think>\n\n${answer}` })
]
const conversations: ReadonlyArray<Conversation> = assistants.map((assistant) => (texts) => [
  ...(texts.system === undefined ? [] : [{ role: "system", content: texts.system }]),
  { role: "user", content: texts.prompt }, assistant(texts)
])

const marks = { prompt: "leadspan0prompt", cot: "leadspan1cot", answer: "leadspan2answer" }
const systemMark = "leadspan3system"

/** The texts between the marks, or null where the template does not show each of them once and in order. */
const between = (text: string, expected: ReadonlyArray<string>): ReadonlyArray<string> | null => {
  const parts = text.split(new RegExp(Object.values({ ...marks, systemMark }).join("|"), "u"))
  if (parts.length !== expected.length + 1) return null
  return parts.map((part, at) => part + (expected[at] ?? "")).join("") === text ? parts : null
}

/** A text as it stands, or with white space or line breaks alone off either edge: what templates do to texts. */
const trimmings = (text: string): ReadonlyArray<string> => {
  if (pythonStrip(text, "strip") === text) return [text]
  const sides = (side: "lstrip" | "rstrip") => (one: string) => [one, pythonStrip(one, side, "\n"), pythonStrip(one, side)]
  return [...new Set(sides("lstrip")(text).flatMap(sides("rstrip")))]
}

interface Parts extends Frame {
  /** between the system message and the prompt; null where there is no system message */
  readonly afterSystem: string | null
  /** characters of `opener` before the thought's own, null where it has none */
  readonly headOfOpener: number | null
}

/** Lays the texts into the frame so that the whole is `text`; null if they do not fit. */
const locate = (parts: Parts, texts: TraceTexts, text: string): RenderedTrace | null => {
  if (!text.startsWith(parts.before)) return null
  const heads = parts.afterSystem === null ? [parts.before]
    : trimmings(texts.system ?? "").map((system) => parts.before + system + parts.afterSystem).filter((head) => text.startsWith(head))
  for (const beforePrompt of heads) {
    for (const prompt of trimmings(texts.prompt)) {
      const promptEnd = beforePrompt.length + prompt.length + parts.opener.length
      if (!text.startsWith(prompt + parts.opener, beforePrompt.length)) continue
      for (const cot of trimmings(texts.cot)) {
        const closerStart = promptEnd + cot.length
        const cotEnd = closerStart + parts.closer.length
        if (!text.startsWith(cot, promptEnd) || !text.startsWith(parts.closer, closerStart)) continue
        for (const answer of trimmings(texts.answer)) {
          const endStart = cotEnd + answer.length
          if (endStart + parts.end.length !== text.length || !text.startsWith(answer, cotEnd) || !text.endsWith(parts.end)) continue
          const openerStart = parts.headOfOpener === null ? null : promptEnd - parts.opener.length + parts.headOfOpener
          return { text, openerStart, promptEnd, cotTrimmed: texts.cot.indexOf(cot), closerStart, cotEnd, endStart }
        }
      }
    }
  }
  return null
}

/**
 * Where in `opener` the thought's own begins: at the last tag that speaks of thinking; else behind what is given at
 * generation, if the model writes the rest itself; else, where the whole is signs without a word, at its beginning.
 */
const headOfOpener = (opener: string, given: string): number | null => {
  const tags = [...opener.matchAll(/<[^<>]*>|\[[^[\]]*\]/gu)].filter(([tag]) => /think|thought|reason|analysis/iu.test(tag))
  const last = tags.at(-1)
  if (last !== undefined) return last.index
  if (given.length > 0 && given.length < opener.length) return given.length
  return opener !== "" && !/[\p{L}\p{N}]/u.test(opener) ? 0 : null
}

/** @throws SequenceError if the template fails, or does not show prompt, chain of thought and answer in this order */
export const makeTemplate = (source: string, special: SpecialTokens, folder: string): ChatTemplate => {
  const where = `${folder} (chat template)`
  const { renderTimed, render: renderMessages } = jinjaRenderer(source, special, where)
  let found: { readonly frame: Frame; readonly conversation: Conversation; readonly text: string } | undefined
  for (const conversation of conversations) {
    const text = renderTimed(conversation(marks), false)
    const [before, opener, closer, end] = between(text, Object.values(marks)) ?? []
    if (before !== undefined && opener !== undefined && closer !== undefined && end !== undefined) {
      found = { frame: { before, opener, closer, end }, conversation, text }
      break
    }
  }
  if (found === undefined) {
    throw new SequenceError({
      code: "template-segments", where, expected: "a template that shows prompt, thought and answer, each once and in order",
      found: "one that drops or moves a part (DeepSeek-R1's and others strip the thought of every message)",
      advice: "Copy the model's folder, take out of its chat template what removes the thought (often `content.split('</think>')[-1]`), and name the copy."
    })
  }
  const { conversation, frame, text: markedText } = found
  const generation = renderTimed(conversation(marks).slice(0, 1), true)
  if (!(frame.before + marks.prompt + frame.opener).startsWith(generation)) {
    throw new SequenceError({
      code: "template-segments", where, expected: `a generation prompt that begins the training text ${quote(frame.opener)}`,
      found: quote(generation.slice((frame.before + marks.prompt).length)),
      advice: "Students would be asked differently from how they were trained; mend the template."
    })
  }
  const head = headOfOpener(frame.opener, generation.slice((frame.before + marks.prompt).length))
  const plain: Parts = { ...frame, afterSystem: null, headOfOpener: head }

  let withSystem: Parts | undefined
  /** The frame around a system message: found at the first record that has one. */
  const systemParts = (): Parts => {
    if (withSystem !== undefined) return withSystem
    const refused = (found: string) => new SequenceError({
      code: "template-system", where, expected: "a template that shows a system message before the prompt", found,
      advice: "Write `systemPrompt: drop` in `data`, or choose a model whose chat template takes a system message."
    })
    let parts: ReadonlyArray<string> | null
    try {
      parts = between(renderTimed(conversation({ ...marks, system: systemMark }), false), [systemMark, ...Object.values(marks)])
    } catch (thrown) {
      throw refused(thrown instanceof SequenceError ? thrown.found : String(thrown))
    }
    const [before, afterSystem, opener, closer, end] = parts ?? []
    if (before === undefined || afterSystem === undefined || opener === undefined || closer === undefined || end === undefined) {
      throw refused("one that drops or moves it")
    }
    if (opener !== frame.opener || closer !== frame.closer || end !== frame.end) throw refused("one that marks the thought otherwise then")
    return withSystem = { before, afterSystem, opener, closer, end, headOfOpener: head }
  }

  let generationPrompt: string | undefined
  const appended = (): string => {
    if (generationPrompt !== undefined) return generationPrompt
    const again = renderTimed(conversation(marks), true)
    if (!again.startsWith(markedText)) {
      throw new SequenceError({
        code: "template-segments", where, expected: "a generation prompt that comes after the finished chat", found: "a chat that it changes",
        advice: "Take the quirk `generation-prompt-appended` out of `sequence.quirks`; this template cannot have it."
      })
    }
    return generationPrompt = again.slice(markedText.length)
  }

  const misfit = (at: string) => new SequenceError({
    code: "template-segments", where: at, expected: "texts that the chat template leaves as they are",
    found: "a rendered text in which they cannot be located",
    advice: "Look for the template's own markers (such as </think>) inside the record's texts."
  })
  const render = (texts: TraceTexts, at: string, { appendGenerationPrompt = false }: RenderOptions = {}): RenderedTrace => {
    const parts = texts.system === undefined ? plain : systemParts()
    // An unfinished thought is rendered before an answer that is then cut off with its closer: some templates drop a thought without answer.
    const whole = texts.closed === false ? { ...texts, answer: marks.answer } : texts
    const located = locate(parts, whole, renderMessages(conversation(whole), false))
    if (located === null) throw misfit(at)
    if (texts.closed === false) {
      const { closerStart } = located
      return { ...located, text: located.text.slice(0, closerStart), cotEnd: closerStart, endStart: closerStart }
    }
    return appendGenerationPrompt ? { ...located, text: located.text + appended() } : located
  }
  const renderPrompt = (prompt: string, at: string): string => {
    const { text, promptEnd } = render({ ...marks, prompt }, at)
    return text.slice(0, promptEnd)
  }
  return { frame, render, renderPrompt }
}
