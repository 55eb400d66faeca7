/** From what a server says to the lines that are kept: the same as the engine's own, in tokens of the student's tokenizer. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Semaphore } from "effect"
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { answerItem, type ItemRequest, seedOf } from "../../../framework/endpoints/answer-item.ts"
import { openEndpoint } from "../../../framework/endpoints/Endpoint.ts"
import { generateAt } from "../../../framework/endpoints/generate-at.ts"
import { keyOf, openKeptAnswers } from "../../../framework/endpoints/kept-answers.ts"
import { promptIds } from "../../../framework/sequence/render.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"
import { completion, type CompletionBody, type Given, startCompletions } from "../../fixtures/servers/completions.mjs"

const tokenizer = await Effect.runPromise(loadTokenizer("plugins/models/tiny/tokenizer"))
const ids = (text: string): ReadonlyArray<number> => Array.from(tokenizer.encode(text).ids_T)
const prompt = Array.from(promptIds(tokenizer, "3a+4=", "a test"))
const closer = tokenizer.decode([tokenizer.endOfThoughtId!])
const sampling: ItemRequest["sampling"] = {
  temperature: 0.5, topP: 0.9, seed: 7, maxTokens: 12, stopIds: tokenizer.stopIds, endOfThoughtId: tokenizer.endOfThoughtId,
  forced: { thoughtTokens: [6, 2, 9], cue: ids("A"), answerTokens: 3 }
}

const withServer = <A, E>(
  answer: (body: CompletionBody, count: number) => Given | Promise<Given>,
  use: (request: Omit<ItemRequest, "sample">, bodies: () => ReadonlyArray<CompletionBody>) => Effect.Effect<A, E>
) => Effect.acquireUseRelease(
  Effect.promise(() => startCompletions({ answer: ({ body, count }) => answer(body, count) })),
  (server) => Effect.suspend(() => {
    const endpoint = openEndpoint({
      address: server.address, engine: "test 1", apiKey: null, request: {}, timeoutSeconds: 5, retries: 0
    })
    return use({
      endpoint, model: "m", promptAs: "text", tokenizer, sampling, item: { item: "a", ids: prompt }, onAnswer: () => {}
    }, () => server.requests.map(({ body }) => body)).pipe(Effect.ensuring(Effect.sync(endpoint.close)))
  }),
  (server) => Effect.promise(server.close)
)
const counted = (text: string, body: CompletionBody, more = 0): Given => completion(text, "stop", {
  prompt_tokens: (typeof body.prompt === "string" ? ids(body.prompt).length : body.prompt.length) + more, completion_tokens: 1
})

describe("an item at a server", () => {
  it.live("is asked once freely and once for each budget that the thought reaches", () =>
    withServer((body, count) => counted(count === 1 ? `D1+2=3${closer}A03` : `0${count}`, body), (request, bodies) => Effect.gen(function*() {
      const output = yield* answerItem({ ...request, sample: 1 })
      const asked = bodies()
      // A thought of 6 tokens is over within 6, so 9 is no other question.
      assert.deepStrictEqual(asked.map((body) => [body.prompt, body.max_tokens, body.seed]), [
        [tokenizer.decode(prompt), 12, seedOf("generate", 7, "a", 1)],
        [`${tokenizer.decode(prompt)}D1${closer}A`, 3, seedOf("forced", 7, "a", 1)],
        [`${tokenizer.decode(prompt)}D1+2=3${closer}A`, 3, seedOf("forced", 7, "a", 1)]
      ])
      assert.isTrue(asked.every(({ temperature, top_p }) => temperature === 0.5 && top_p === 0.9))
      assert.deepStrictEqual(output, {
        item: "a", sample: 1, finish: "stop", ids: [...ids("D1+2=3"), tokenizer.endOfThoughtId!, ...ids("A03")],
        forced: [{ thoughtTokens: 6, ids: ids("03") }, { thoughtTokens: 2, ids: ids("02") }, { thoughtTokens: 9, ids: ids("03") }]
      })
    })))

  it.live("may be asked in tokens", () => withServer((body) => counted("D1", body), (request, bodies) => Effect.gen(function*() {
    yield* answerItem({ ...request, sample: 0, promptAs: "tokens" })
    assert.deepStrictEqual(bodies().map((body) => body.prompt), [
      prompt, [...prompt, ...ids("D1"), tokenizer.endOfThoughtId!, ...ids("A")]
    ])
  })))

  it.live("is refused where the server reads another prompt than was meant", () =>
    withServer((body) => counted("D1", body, 1), (request) => Effect.gen(function*() {
      const error = yield* Effect.flip(answerItem({ ...request, sample: 0 }))
      assert.strictEqual(error.code, "prompt-differs")
      assert.match(error.message, /\(item a, sample 0\) {2}prompt-differs {2}Found \d+ tokens of prompt, expected \d+, .*`via\.prompt: tokens`/u)
    })))

  it.live("is refused where the model cannot have written what the server says", () =>
    withServer((body) => counted("Hello, 世界!", body), (request) => Effect.gen(function*() {
      const error = yield* Effect.flip(answerItem({ ...request, sample: 0 }))
      assert.match(error.message, /garbage {2}Found an answer that the model's tokenizer cannot write: .*Another model seems to answer/u)
    })))
})

describe("all items at a server", () => {
  const items = Array.from({ length: 30 }, (_, n) => ({ item: `item ${n}`, ids: prompt }))
  const asked = new Set(items.flatMap(({ item }) => [0, 1].map((sample) => keyOf({ item, sample }))))
  const own = { ...sampling, forced: null }
  const folder = () => Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "leadspan-kept-"))), (made) => Effect.sync(() => rmSync(made, { recursive: true })))
  const all = (request: Omit<ItemRequest, "sample">, resume: string) => Effect.acquireUseRelease(
    Effect.sync(() => openKeptAnswers(resume, asked, [])),
    (kept) => generateAt({
      ...request, sampling: own, items, samples: 2, concurrency: 4, permits: Semaphore.makeUnsafe(4), kept, onProgress: () => {}
    }),
    (kept) => Effect.sync(kept.close))

  it.live("a failure ends it, keeps what was answered, and only the rest is asked for again", () => Effect.scoped(Effect.gen(function*() {
    const resume = yield* folder()
    const seedsAnswered: Array<number> = []
    const first = yield* Effect.exit(withServer((body, count) => {
      if (count > 20) return { status: 400, body: "no" }
      seedsAnswered.push(body.seed)
      return counted("D1", body)
    }, (request) => all(request, resume)))
    assert.isTrue(Exit.isFailure(first))
    const partial = join(resume, "outputs.partial.jsonl")
    assert.strictEqual(readFileSync(partial, "utf8").trim().split("\n").length, 20)
    appendFileSync(partial, "{\"item\":\"item 3\",\"sam")
    yield* withServer((body) => counted("D1", body), (request, bodies) => Effect.gen(function*() {
      const outputs = yield* all(request, resume)
      assert.deepStrictEqual(outputs.map(({ item, sample }) => keyOf({ item, sample })), [...asked])
      assert.strictEqual(bodies().length, 40)
      assert.isTrue(bodies().every(({ seed }) => !seedsAnswered.includes(seed)))
    }))
  })))
})
