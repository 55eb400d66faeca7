/**
 * Renders a chat template that may be hostile: it gets no clock, only short ranges, and a limited number of evaluations; its
 * first renderings, on short marks, also run under a watchdog (too slow for every record).
 */
import { createContext, Script } from "node:vm"
import { Environment, Interpreter, Template } from "@huggingface/jinja"
import { reasonOf, SequenceError } from "./SequenceError.ts"

const timeLimitMilliseconds = 5000
const maxEvaluations = 200_000
const maxRange = 1000

export type Message = Readonly<Record<string, string>>
export type SpecialTokens = { readonly bos: string | null; readonly eos: string | null }

/** Templates may ask for the date; a date that moves would change the data from day to day. */
const fixedDate = (format: string): string =>
  format.replace(/%[YmdbB]/gu, (part) => ({ "%Y": "2024", "%m": "07", "%d": "26", "%b": "Jul", "%B": "July" })[part]!)

const boundedRange = (start: number, stop?: number, step = 1): ReadonlyArray<number> => {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  const length = Math.max(0, Math.ceil((to - from) / step))
  if (!(length <= maxRange)) throw new Error(`a range of ${length} numbers (at most ${maxRange})`)
  return Array.from({ length }, (_, i) => from + i * step)
}

/** What we use of the library's interpreter; its own declarations do not resolve under Node's module rules. */
interface Evaluator {
  evaluate(...args: ReadonlyArray<unknown>): unknown
  run(program: unknown): { readonly value: string }
}

class BoundedInterpreter extends (Interpreter as unknown as new (environment: unknown) => Evaluator) {
  #left = maxEvaluations
  override evaluate(...args: ReadonlyArray<unknown>): unknown {
    if (this.#left-- === 0) throw new Error(`more than ${maxEvaluations} evaluations`)
    return super.evaluate(...args)
  }
}

/** Runs `work` in this thread, but not longer than the limit. */
const withinTime = <A>(work: () => A): A =>
  new Script("work()").runInContext(createContext({ work }), { timeout: timeLimitMilliseconds }) as A

export interface JinjaRenderer {
  readonly render: (messages: ReadonlyArray<Message>, addGenerationPrompt: boolean) => string
  /** the same under the watchdog */
  readonly renderTimed: (messages: ReadonlyArray<Message>, addGenerationPrompt: boolean) => string
}

/** @throws SequenceError, here and from the renderers, if the template does not parse, throws, or goes on for too long */
export const jinjaRenderer = (source: string, special: SpecialTokens, where: string): JinjaRenderer => {
  const guarded = <A>(work: () => A): A => {
    try {
      return work()
    } catch (thrown) {
      throw new SequenceError({
        code: "template-failed", where, expected: "a template that renders", found: reasonOf(thrown),
        advice: "Choose a model with a chat template, or mend the template."
      })
    }
  }
  const { parsed } = guarded(() => withinTime(() => new Template(source)))
  const run = (messages: ReadonlyArray<Message>, addGenerationPrompt: boolean): string => {
    const environment = new Environment()
    const globals: Record<string, unknown> = {
      true: true, false: false, none: null, True: true, False: false, None: null,
      raise_exception: (message: string) => { throw new Error(message) },
      range: boundedRange, strftime_now: fixedDate,
      messages, add_generation_prompt: addGenerationPrompt, bos_token: special.bos ?? "", eos_token: special.eos ?? ""
    }
    for (const [name, value] of Object.entries(globals)) environment.set(name, value)
    return new BoundedInterpreter(environment).run(parsed).value
  }
  return {
    render: (messages, add) => guarded(() => run(messages, add)),
    renderTimed: (messages, add) => guarded(() => withinTime(() => run(messages, add)))
  }
}
