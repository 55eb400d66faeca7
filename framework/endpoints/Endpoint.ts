/**
 * A client of a server that speaks OpenAI's completions. Whatever such a server may do - hang, reset, send HTML, half a JSON or a
 * flood, ask to come back later - ends after the declared tries in an `EndpointError` that says where and what.
 */
import type { Agent, IncomingHttpHeaders } from "node:http"
import { Effect, Redacted, Result, Schema } from "effect"
import { type Dialect, dialectOf, declaredEngine } from "./dialects.ts"
import { EndpointError, quoted } from "./EndpointError.ts"
import { agentFor, exchange, type Reply } from "./exchange.ts"
import { delaySeconds, longestPauseSeconds, retryAfterSeconds } from "./patience.ts"

export interface EndpointSettings {
  /** as OpenAI's clients take it: `/models` and `/completions` are below it */
  readonly address: string
  /** as declared: `vllm 0.11.0` */
  readonly engine: string
  readonly apiKey: Redacted.Redacted<string> | null
  /** further fields of each request */
  readonly request: Readonly<Record<string, unknown>>
  readonly timeoutSeconds: number
  /** tries of a request after the first */
  readonly retries: number
  /** wait before the second try, about; doubled for each further one */
  readonly firstDelaySeconds?: number
}

export interface ServedModel {
  readonly id: string
  /** where the server took it from; vLLM tells it */
  readonly root: string | null
  readonly ownedBy: string
}

export interface CompletionRequest {
  readonly model: string
  /** text, or token ids */
  readonly prompt: string | ReadonlyArray<number>
  readonly maxTokens: number
  /** 0 is greedy */
  readonly temperature: number
  readonly topP: number
  readonly seed: number
  readonly stop: ReadonlyArray<string>
}

export interface Answer {
  /** up to the first stop text */
  readonly text: string
  readonly finish: "stop" | "length"
  /** as the server counted them */
  readonly promptTokens: number | null
  readonly newTokens: number | null
}

export interface Endpoint {
  readonly address: string
  readonly models: Effect.Effect<ReadonlyArray<ServedModel>, EndpointError>
  /** What the server itself says of its version, where it is known to say so. */
  readonly version: (dialect: Dialect) => Effect.Effect<string | null, EndpointError>
  /** @param purpose what is asked for, in errors: `item 7, sample 0` */
  readonly complete: (request: CompletionRequest, purpose: string) => Effect.Effect<Answer, EndpointError>
}

const Models = Schema.Struct({
  data: Schema.Array(Schema.Struct({
    id: Schema.String,
    root: Schema.optionalKey(Schema.NullOr(Schema.String)),
    owned_by: Schema.optionalKey(Schema.NullOr(Schema.String))
  }))
})
const Completion = Schema.Struct({
  choices: Schema.Array(Schema.Struct({ text: Schema.String, finish_reason: Schema.NullOr(Schema.String) })),
  usage: Schema.optionalKey(Schema.NullOr(Schema.Struct({
    prompt_tokens: Schema.optionalKey(Schema.NullOr(Schema.Int)), completion_tokens: Schema.optionalKey(Schema.NullOr(Schema.Int))
  })))
})
const Fault = Schema.Struct({ error: Schema.Union([Schema.String, Schema.Struct({ message: Schema.String })]) })
const FlatFault = Schema.Struct({ message: Schema.String })
const decodeFault = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Union([Fault, FlatFault])))

/** A try that failed: what would be told, whether another may help, how long the server wants to be left alone. */
interface Failed {
  readonly error: EndpointError
  readonly isPassing: boolean
  readonly pauseSeconds: number | null
}

const busyStatuses: ReadonlySet<number> = new Set([408, 425, 429])
const smallReplyBytes = 2 ** 20
/** Bytes of JSON that a token takes at most, generously. */
const bytesPerToken = 256

/** The client; it holds connections until it is closed. */
export const openEndpoint = (settings: EndpointSettings): Endpoint & { readonly close: () => void } => {
  const address = settings.address.replace(/\/+$/u, "")
  const root = address.replace(/\/v1$/u, "")
  const agent: Agent = agentFor(address)
  const key = settings.apiKey === null ? null : Redacted.value(settings.apiKey)
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` }
  const { firstDelaySeconds = 0.5, retries, timeoutSeconds } = settings
  const neutral = dialectOf(declaredEngine(settings.engine).name).neutral
  const shown = (text: string): string => quoted(text, key)

  const statusFault = (reply: Reply, where: string): Failed => {
    const { status, text } = reply
    const fault = decodeFault(text)
    const words = fault._tag === "None" ? text : "message" in fault.value ? fault.value.message
      : typeof fault.value.error === "string" ? fault.value.error : fault.value.error.message
    const isBusy = busyStatuses.has(status) || status >= 500
    const advice = isBusy ? "Look at the server's log; what is answered already is kept, run again to go on."
      : status === 401 || status === 403 ? "Give the server's key as `via.apiKey: ${env:NAME}`."
        : status === 404 ? "Check `via.openai`: `/models` and `/completions` are asked for below it, so it mostly ends in `/v1`."
          : status >= 300 && status < 400 ? "Redirects are not followed; give the address that it redirects to."
            : "Check `via.openai`, `via.request`, and that prompt and `maxTokens` fit the served model."
    return {
      error: new EndpointError({ code: isBusy ? "busy" : "refused", where, found: `HTTP ${status}: ${shown(words)}`, expected: "an answer", advice }),
      isPassing: isBusy, pauseSeconds: retryAfter(reply.headers)
    }
  }

  const garbage = (where: string, found: string, expected: string): Failed => ({
    error: new EndpointError({
      code: "garbage", where, found, expected, advice: "Check that `via.openai` is the address of the server's own API."
    }),
    isPassing: true, pauseSeconds: null
  })

  /** One try. `where` is shown in errors. */
  const once = <A>(
    method: "GET" | "POST", url: string, body: unknown, maxBytes: number, where: string, read: (text: string) => Result.Result<A, Failed>
  ): Effect.Effect<A, Failed> => exchange({
    method, url, headers, agent, timeoutSeconds, maxBytes, body: body === null ? null : JSON.stringify(body)
  }).pipe(
    Effect.mapError(({ detail, isTooLong }): Failed => ({
      error: new EndpointError({
        code: isTooLong ? "too-long" : "no-answer", where, found: shown(detail), expected: isTooLong ? `at most ${maxBytes} bytes` : "an answer",
        advice: "Check that the server runs at `via.openai`; what is answered already is kept, run again to go on."
      }),
      isPassing: true, pauseSeconds: null
    })),
    Effect.flatMap((reply) => Effect.fromResult(reply.status === 200 ? read(reply.text) : Result.fail(statusFault(reply, where))))
  )

  /** Tries again, later each time, what may pass. */
  const patiently = <A>(attempt: Effect.Effect<A, Failed>): Effect.Effect<A, EndpointError> => Effect.gen(function*() {
    for (let tried = 1;; tried++) {
      const result = yield* Effect.result(attempt)
      if (Result.isSuccess(result)) return result.success
      const { error, isPassing, pauseSeconds } = result.failure
      const isTooFar = pauseSeconds !== null && pauseSeconds > longestPauseSeconds
      if (!isPassing || tried > retries || isTooFar) {
        const tries = tried === 1 ? "" : `, after ${tried} tries`
        const pause = isTooFar ? `, and the wish to be asked again in ${Math.round(pauseSeconds)} s` : ""
        return yield* new EndpointError({ ...error, found: `${error.found}${pause}${tries}` })
      }
      const delay = Math.max(delaySeconds(tried, firstDelaySeconds, Math.random()), pauseSeconds ?? 0)
      yield* Effect.sleep(`${Math.ceil(1000 * delay)} millis`)
    }
  })

  const json = <S extends Schema.ConstraintDecoder<unknown>>(where: string, expected: string, schema: S) => (text: string): Result.Result<S["Type"], Failed> => {
    const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(schema))(text)
    return Result.mapError(decoded, () => garbage(where, shown(text), expected))
  }

  const models: Endpoint["models"] = patiently(once(
    "GET", `${address}/models`, null, smallReplyBytes, `${address}/models`, json(`${address}/models`, "a list of models", Models)
  )).pipe(Effect.map(({ data }) => data.map(({ id, owned_by, root }) => ({ id, root: root ?? null, ownedBy: owned_by ?? "" }))))

  const version: Endpoint["version"] = Effect.fnUntraced(function*(dialect) {
    for (const { keys, path } of dialect.versions) {
      const where = `${root}${path}`
      const found = yield* Effect.result(once("GET", where, null, 4 * smallReplyBytes, where, json(where, "a version", Schema.Unknown)))
      if (Result.isFailure(found)) continue
      let value: unknown = found.success
      for (const name of keys) value = value !== null && typeof value === "object" ? (value as Record<string, unknown>)[name] : undefined
      if (typeof value === "string" && value !== "") return shown(value)
    }
    return null
  })

  const complete: Endpoint["complete"] = (request, purpose) => {
    const where = `${address}/completions (${purpose})`
    const { maxTokens, model, prompt, seed, stop, temperature, topP } = request
    const body = {
      model, prompt, max_tokens: maxTokens, temperature, top_p: topP, seed, stream: false,
      ...(stop.length === 0 ? {} : { stop }), ...neutral, ...settings.request
    }
    const read = (text: string): Result.Result<Answer, Failed> =>
      Result.flatMap(json(where, "a completion with one choice", Completion)(text), ({ choices, usage }) => {
        const [first] = choices
        if (first === undefined || choices.length > 1) return Result.fail(garbage(where, `${choices.length} choices`, "one choice"))
        const end = first.finish_reason
        if (end !== "stop" && end !== "length") return Result.fail(garbage(where, `the finish reason ${shown(String(end))}`, "`stop` or `length`"))
        const at = stop.map((mark) => first.text.indexOf(mark)).filter((place) => place >= 0)
        const cut = at.length === 0 ? null : Math.min(...at)
        return Result.succeed({
          text: cut === null ? first.text : first.text.slice(0, cut), finish: cut === null ? end : "stop",
          promptTokens: usage?.prompt_tokens ?? null, newTokens: usage?.completion_tokens ?? null
        })
      })
    return patiently(once("POST", `${address}/completions`, body, smallReplyBytes + bytesPerToken * maxTokens, where, read))
  }

  return { address, models, version, complete, close: () => agent.destroy() }
}

const retryAfter = (headers: IncomingHttpHeaders): number | null => retryAfterSeconds(headers["retry-after"], Date.now())
