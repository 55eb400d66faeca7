/**
 * The one file that touches Effect's HTTP modules, which may still change: sends a request, gives back status and text.
 * Nothing is retried and no status is a failure here; that is for `MlflowClient.ts` to judge.
 */
import { Context, Data, Effect, Layer, Stream } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"

/** Longer replies are refused: a server is not trusted to be small. */
const maxReplyBytes = 256 * 2 ** 20

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH"
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly type: string; readonly bytes: Uint8Array } | null
  readonly timeoutSeconds: number
}

export interface HttpReply { readonly status: number; readonly location: string | null; readonly text: string }

/** No reply came: refused, reset, timed out, too long. What the server did is unknown. */
export class NoReply extends Data.TaggedError("NoReply")<{ readonly detail: string }> {}

const causeText = (error: unknown): string => {
  const codes: Array<string> = []
  let cause: unknown = error
  for (let depth = 0; depth < 6 && typeof cause === "object" && cause !== null; depth++) {
    const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown }
    if (typeof code === "string") codes.push(code)
    else if (typeof message === "string" && depth > 1) codes.push(message)
    cause = (cause as { readonly cause?: unknown }).cause ?? (cause as { readonly reason?: unknown }).reason
  }
  return codes.at(-1) ?? "no connection"
}

const send = Effect.fnUntraced(function*(client: HttpClient.HttpClient, request: HttpRequest) {
  const bare = HttpClientRequest.make(request.method)(request.url, { headers: request.headers })
  const full = request.body === null
    ? bare
    : HttpClientRequest.bodyUint8Array(bare, request.body.bytes, request.body.type)
  const exchange = Effect.gen(function*() {
    const response = yield* client.execute(full)
    const chunks: Array<Uint8Array> = []
    let bytes = 0
    yield* Stream.runForEach(response.stream, (chunk) => Effect.suspend(() => {
      bytes += chunk.byteLength
      chunks.push(chunk)
      return bytes > maxReplyBytes
        ? Effect.fail(new NoReply({ detail: `the reply is longer than ${maxReplyBytes} bytes` }))
        : Effect.void
    }))
    const location = response.headers["location"] ?? null
    return { status: response.status, location, text: Buffer.concat(chunks).toString("utf8") } satisfies HttpReply
  })
  return yield* exchange.pipe(
    Effect.mapError((error) => error instanceof NoReply ? error : new NoReply({ detail: causeText(error) })),
    Effect.timeoutOrElse({
      duration: `${request.timeoutSeconds} seconds`,
      orElse: () => Effect.fail(new NoReply({ detail: `no reply within ${request.timeoutSeconds} s` }))
    }),
    Effect.provideService(HttpClient.TracerPropagationEnabled, false)
  )
})

export class Http extends Context.Service<Http, {
  readonly send: (request: HttpRequest) => Effect.Effect<HttpReply, NoReply>
}>()("leadspan/tracking/Http") {
  /** Redirects are not followed: a credential must not travel to a host that nobody named. */
  static readonly layer: Layer.Layer<Http> = Layer.effect(Http, Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    return Http.of({ send: (request) => send(client, request) })
  })).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
  )
}
