/** What a server may do to a client, and that each of it ends in an answer or in an error that says where and what. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result } from "effect"
import { type EndpointSettings, openEndpoint } from "../../../framework/endpoints/Endpoint.ts"
import type { EndpointError } from "../../../framework/endpoints/EndpointError.ts"
import { completion, type Given, startCompletions } from "../../fixtures/servers/completions.mjs"

const request = { model: "m", prompt: "1+1=", maxTokens: 8, temperature: 0, topP: 1, seed: 5, stop: ["<end>"] }

type Models = Parameters<typeof startCompletions>[0]["models"]

/** Asks a server once; `answers` are given in turn, the last one again and again. */
const ask = (answers: ReadonlyArray<Given>, settings: Partial<EndpointSettings> = {}, models?: Models) =>
  Effect.acquireUseRelease(
    Effect.promise(() => startCompletions({
      answer: ({ count }) => answers[Math.min(count, answers.length) - 1]!, ...(models === undefined ? {} : { models })
    })),
    (server) => Effect.gen(function*() {
      const endpoint = openEndpoint({
        address: server.address, engine: "vllm 1", apiKey: null, request: {}, timeoutSeconds: 1, retries: 2, firstDelaySeconds: 0.01, ...settings
      })
      const started = performance.now()
      const result = yield* Effect.result(endpoint.complete(request, "item a, sample 0"))
      endpoint.close()
      return { result, server, seconds: (performance.now() - started) / 1000 }
    }),
    (server) => Effect.promise(server.close)
  )

const failureOf = <A>(result: Result.Result<A, EndpointError>): EndpointError => {
  if (Result.isSuccess(result)) throw new Error(`expected an error, got ${JSON.stringify(result.success)}`)
  const { message } = result.failure
  assert.notMatch(message, /\n|at .*\.ts:/u)
  assert.include(message, "/v1/completions (item a, sample 0)  ")
  return result.failure
}

const good = completion("2<end>3", "length", { prompt_tokens: 4, completion_tokens: 3 })
const garbage = (body: string): Given => ({ status: 200, body })

describe("a server that answers", () => {
  it.live("is asked what the evaluation says, and the fields that switch an engine's habits off", () => Effect.gen(function*() {
    const { result, server } = yield* ask([good], { apiKey: Redacted.make("key-1234"), request: { top_k: 20 } })
    assert.deepStrictEqual(Result.getOrThrow(result), { text: "2", finish: "stop", promptTokens: 4, newTokens: 3 })
    assert.deepStrictEqual(server.requests, [{
      authorization: "Bearer key-1234",
      body: {
        model: "m", prompt: "1+1=", max_tokens: 8, temperature: 0, top_p: 1, seed: 5, stream: false, stop: ["<end>"],
        top_k: 20, min_p: 0, repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0,
        skip_special_tokens: false, spaces_between_special_tokens: false, add_special_tokens: false
      }
    }])
  }))
  it.live("after hanging, resetting, garbage and being busy, is asked again", () => Effect.gen(function*() {
    const { result, server } = yield* ask(["reset", garbage("<html>"), { status: 503, body: "loading" }, "hang", good], { retries: 4, timeoutSeconds: 0.2 })
    assert.strictEqual(Result.getOrThrow(result).text, "2")
    assert.strictEqual(server.requests.length, 5)
  }))
  it.live("says when to come back, and is left alone until then", () => Effect.gen(function*() {
    const { result, seconds, server } = yield* ask([{ status: 429, headers: { "retry-after": "1" }, body: "{}" }, good])
    assert.strictEqual(Result.getOrThrow(result).text, "2")
    assert.strictEqual(server.requests.length, 2)
    assert.isAtLeast(seconds, 1)
  }))
})

describe("a server that does not", () => {
  const endless = Buffer.alloc(100 * 2 ** 20, "x")
  const cases: ReadonlyArray<readonly [string, Given, EndpointError["code"], RegExp, number]> = [
    ["hangs", "hang", "no-answer", /Found no whole answer within 0\.3 s, after 3 tries, expected an answer/u, 3],
    ["resets the connection", "reset", "no-answer", /Found ECONNRESET, after 3 tries/u, 3],
    ["ends in the middle of its answer", { ...(good as object), cutAt: 30 } as Given, "no-answer", /after 3 tries/u, 3],
    ["sends half a JSON", garbage((good as { body: string }).body.slice(0, 40)), "garbage", /Found \{"id":"c".*, after 3 tries, expected a completion with one choice/u, 3],
    ["sends HTML", garbage("<html>\n<body>504 Gateway\u001b[31m</body>"), "garbage", /Found <html> <body>504 Gateway \[31m<\/body>, after 3 tries/u, 3],
    ["sends bytes that are no text", { status: 200, body: Buffer.from([0xff, 0xfe, 0, 1]) }, "garbage", /expected a completion/u, 3],
    ["sends nothing", garbage(""), "garbage", /Found nothing, after 3 tries/u, 3],
    ["gives no choice", garbage("{\"choices\":[]}"), "garbage", /Found 0 choices, after 3 tries, expected one choice/u, 3],
    ["gives a choice without text", garbage("{\"choices\":[{\"text\":null,\"finish_reason\":\"stop\"}]}"), "garbage", /after 3 tries/u, 3],
    ["gave up itself", completion("2", "abort"), "garbage", /the finish reason abort, after 3 tries, expected `stop` or `length`/u, 3],
    ["floods", { status: 200, body: endless }, "too-long", /more than 1050624 bytes, after 3 tries/u, 3],
    ["is busy for good", { status: 429, body: "slow down" }, "busy", /HTTP 429: slow down, after 3 tries/u, 3],
    ["asks to come back tomorrow", { status: 429, headers: { "retry-after": "86400" }, body: "" }, "busy", /HTTP 429: nothing, and the wish to be asked again in 86400 s, expected/u, 1],
    ["has an error of its own", { status: 500, body: "{\"error\":{\"message\":\"CUDA error\"}}" }, "busy", /HTTP 500: CUDA error, after 3 tries/u, 3],
    ["refuses the request", { status: 400, body: "{\"message\":\"maximum context length is 2048\"}" }, "refused", /HTTP 400: maximum context length is 2048, expected/u, 1],
    ["wants a key", { status: 401, body: "{\"error\":\"Unauthorized\"}" }, "refused", /HTTP 401: Unauthorized, .*via\.apiKey/u, 1],
    ["is elsewhere", { status: 307, headers: { location: "http://elsewhere/" }, body: "" }, "refused", /HTTP 307.*Redirects are not followed/u, 1]
  ]
  for (const [what, given, code, text, tries] of cases) {
    it.live(`${what}: the declared tries, then an error`, () => Effect.gen(function*() {
      const { result, seconds, server } = yield* ask([given], { timeoutSeconds: what === "floods" ? 20 : 0.3 })
      const error = failureOf(result)
      assert.strictEqual(error.code, code)
      assert.match(error.message, text)
      assert.strictEqual(server.requests.length, tries)
      assert.isBelow(error.message.length, 700)
      assert.isBelow(seconds, 30)
    }), 60_000)
  }
  it.live("nobody there", () => Effect.gen(function*() {
    const { result } = yield* ask([good], { address: "http://127.0.0.1:9/v1" })
    assert.match(failureOf(result).message, /no-answer  Found ECONNREFUSED, after 3 tries/u)
  }))
  it.live("a key that it repeats is not told", () => Effect.gen(function*() {
    const { result } = yield* ask([{ status: 403, body: "bad key key-1234" }], { apiKey: Redacted.make("key-1234") })
    assert.notInclude(JSON.stringify(failureOf(result)), "key-1234")
    assert.include(failureOf(result).message, "bad key [redacted]")
  }))
  it.live("an interruption ends the request at once", () => Effect.gen(function*() {
    const started = performance.now()
    yield* Effect.timeoutOption(ask(["hang"], { timeoutSeconds: 60 }), "200 millis")
    assert.isBelow(performance.now() - started, 2000)
  }))
})
