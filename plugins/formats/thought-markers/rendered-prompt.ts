/** Prompts that a chat template has already rendered: taken apart into system, question and what stands before the reply. */
import type { Refusal } from "leadspan"

export interface RenderedPrompt {
  readonly system: string | null
  readonly prompt: string
  /** what the template put after the assistant's header, such as `<think>` */
  readonly opening: string
}

/** A template's signs: what begins the user's turn, what ends it (and begins the assistant's), and, if it has one, the system's. */
interface Template {
  readonly system: { readonly opener: string; readonly closer: string }
  readonly user: string
  readonly assistant: string
}

const templates: ReadonlyArray<Template> = [
  { system: { opener: "", closer: "" }, user: "<｜User｜>", assistant: "<｜Assistant｜>" },
  {
    system: { opener: "<|im_start|>system\n", closer: "<|im_end|>" },
    user: "<|im_start|>user\n", assistant: "<|im_end|>\n<|im_start|>assistant\n"
  },
  {
    system: { opener: "<|start_header_id|>system<|end_header_id|>\n\n", closer: "<|eot_id|>" },
    user: "<|start_header_id|>user<|end_header_id|>\n\n", assistant: "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
  }
]
const beginnings = ["<｜begin▁of▁sentence｜>", "<|begin_of_text|>", "<s>"]

/** The parts of a rendered prompt of one question: templates of DeepSeek-R1, of ChatML (Qwen) and of Llama 3. */
export const takePromptApart = (rendered: string): RenderedPrompt | Refusal => {
  let text = rendered
  for (const token of beginnings) while (text.startsWith(token)) text = text.slice(token.length)
  const template = templates.find(({ assistant, user }) => text.includes(user) && text.includes(assistant))
  if (template === undefined) return { reason: "missing-fields", detail: "`prompt` is rendered by no chat template that is known (DeepSeek-R1, ChatML, Llama 3)" }
  const { assistant, system, user } = template
  if (text.split(user).length > 2 || text.split(assistant).length > 2) return { reason: "several-turns", detail: "`prompt` holds several turns" }
  const [at, end] = [text.indexOf(user), text.indexOf(assistant)]
  if (end < at) return { reason: "missing-fields", detail: "`prompt` has the assistant's turn before the user's" }
  let said = text.slice(0, at).trim()
  if (system.opener !== "" && said.startsWith(system.opener)) said = said.slice(system.opener.length)
  if (system.closer !== "" && said.endsWith(system.closer)) said = said.slice(0, -system.closer.length)
  return { system: said.trim() === "" ? null : said.trim(), prompt: text.slice(at + user.length, end), opening: text.slice(end + assistant.length).trim() }
}
