/**
 * Renders a chat template that may be hostile: it gets no clock, only short ranges, texts and lists of a bounded size, and
 * work in proportion to the record; its first renderings, on short marks, also run under a watchdog (too slow for every record).
 */
import { createContext, Script } from "node:vm"
import { Environment, Interpreter, Template } from "@huggingface/jinja"
import { pythonStrip, type StripSides } from "./python-strip.ts"
import { reasonOf, SequenceError } from "./SequenceError.ts"

const timeLimitMilliseconds = 5000
const maxRange = 1000

/** What a rendering may do, beside what its messages' own characters allow it. */
const mostWork = 200_000
const workPerCharacter = 0.2
const longestText = 2 ** 22
const longestList = 2 ** 17

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
interface Value { readonly type: string; readonly value: unknown }
interface StringValue extends Value { readonly value: string; readonly constructor: new (text: string) => Value }
/** A name, `object.name` or `name(args)` of a template. */
interface Expression {
  readonly type: string
  readonly value?: string
  readonly callee?: Expression
  readonly args?: ReadonlyArray<Expression>
  readonly object?: Expression
  readonly property?: Expression
  readonly computed?: boolean
}
interface Evaluator {
  evaluate(expression: Expression, environment: unknown): Value
  evaluateArguments(args: ReadonlyArray<Expression>, environment: unknown): readonly [ReadonlyArray<Value>, ReadonlyMap<string, Value>]
  evaluateCallExpression(call: Expression, environment: unknown): Value
  applyFilter(operand: Value, filter: Expression, environment: unknown): Value
  run(program: unknown): { readonly value: string }
}

const isText = (value: Value): value is StringValue => value.type === "StringValue"
const stripSides = ["strip", "lstrip", "rstrip"] as const

const charactersOf = (messages: ReadonlyArray<Message>): number =>
  messages.reduce((sum, message) => sum + Object.values(message).reduce((own, text) => own + text.length, 0), 0)

/**
 * Bounded, and with Python's `strip`, `lstrip`, `rstrip` and `trim` in place of the library's. Each evaluation is work, and so
 * is what it gives: a text can be searched, and a list gone through, without another one.
 */
class BoundedInterpreter extends (Interpreter as unknown as new (environment: unknown) => Evaluator) {
  #left: number
  readonly #characters: number
  constructor(environment: unknown, characters: number) {
    super(environment)
    this.#left = mostWork + workPerCharacter * characters
    this.#characters = characters
  }

  override evaluate(expression: Expression, environment: unknown): Value {
    if (this.#left < 0) throw new Error("more evaluations than a chat template needs")
    this.#left--
    const result = super.evaluate(expression, environment)
    const value = (result as Partial<Value> | undefined)?.value
    if (typeof value === "string") {
      if (value.length > longestText + 2 * this.#characters) throw new Error(`a text of ${value.length} characters`)
      this.#left -= value.length / 1000
    } else if (Array.isArray(value)) {
      if (value.length > longestList + this.#characters) throw new Error(`a list of ${value.length} elements`)
      this.#left -= value.length
    } else if (value instanceof Map) this.#left -= value.size
    return result
  }

  override evaluateCallExpression(call: Expression, environment: unknown): Value {
    const { computed, object, property } = call.callee!
    const sides = computed === false && property !== undefined ? stripSides.find((name) => name === property.value) : undefined
    if (sides === undefined || object === undefined) return super.evaluateCallExpression(call, environment)
    const text = this.evaluate(object, environment)
    return isText(text) ? this.#stripped(text, sides, call.args ?? [], environment) : super.evaluateCallExpression(call, environment)
  }

  override applyFilter(operand: Value, filter: Expression, environment: unknown): Value {
    const name = filter.type === "CallExpression" ? filter.callee!.value : filter.value
    return name === "trim" && isText(operand)
      ? this.#stripped(operand, "strip", filter.args ?? [], environment)
      : super.applyFilter(operand, filter, environment)
  }

  #stripped(text: StringValue, sides: StripSides, args: ReadonlyArray<Expression>, environment: unknown): Value {
    const [[first], named] = this.evaluateArguments(args, environment)
    const characters = first ?? named.get("chars")
    const which = characters !== undefined && isText(characters) ? characters.value : undefined
    return new text.constructor(pythonStrip(text.value, sides, which))
  }
}

/** Runs `work` in this thread, but not longer than the limit. */
const withinTime = <A>(work: () => A): A =>
  new Script("work()").runInContext(createContext({ work }), { timeout: timeLimitMilliseconds }) as A

/** What the template library says; where it stumbles over a template that is not whole, it says nothing that helps. */
const whyOf = (thrown: unknown): string => /^Cannot read properties of/u.test(reasonOf(thrown)) || thrown instanceof RangeError
  ? `one that is not whole, or nested too deeply (${reasonOf(thrown)})`
  : reasonOf(thrown)

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
        code: "template-failed", where, expected: "a template that renders", found: whyOf(thrown),
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
    return new BoundedInterpreter(environment, charactersOf(messages)).run(parsed).value
  }
  return {
    render: (messages, add) => guarded(() => run(messages, add)),
    renderTimed: (messages, add) => guarded(() => withinTime(() => run(messages, add)))
  }
}
