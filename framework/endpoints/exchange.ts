/**
 * One request and its reply, bounded in time and size. Node's own client, because an answer of a long thought takes longer
 * than the five minutes that `fetch` waits for headers. No status is a failure here and nothing is tried again.
 */
import * as http from "node:http"
import * as https from "node:https"
import { Data, Effect } from "effect"

export interface Exchange {
  readonly method: "GET" | "POST"
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly timeoutSeconds: number
  /** bytes of a reply from which on it is refused */
  readonly maxBytes: number
  readonly agent: http.Agent
}

export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** No reply came, or none that ends. What the server did is unknown. */
export class NoReply extends Data.TaggedError("NoReply")<{ readonly isTooLong: boolean; readonly detail: string }> {}

export const agentFor = (url: string): http.Agent =>
  url.startsWith("https:") ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true })

const detailOf = (fault: unknown): string => {
  const { code, message } = fault as { readonly code?: unknown; readonly message?: unknown }
  return typeof code === "string" ? code : typeof message === "string" ? message : "no connection"
}

const send = (request: Exchange, signal: AbortSignal): Promise<Reply> => new Promise((resolve, reject) => {
  const fail = (detail: string, isTooLong = false) => {
    clearTimeout(timer)
    reject(new NoReply({ detail, isTooLong }))
    outgoing.destroy()
  }
  const open = request.url.startsWith("https:") ? https.request : http.request
  const { agent, body, headers, method } = request
  const outgoing = open(request.url, {
    method, agent, signal,
    headers: { accept: "application/json", ...headers, ...(body === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }) }
  })
  const timer = setTimeout(() => fail(`no whole answer within ${request.timeoutSeconds} s`), 1000 * request.timeoutSeconds)
  outgoing.on("error", (fault) => fail(detailOf(fault)))
  outgoing.on("response", (reply) => {
    const chunks: Array<Buffer> = []
    let bytes = 0
    reply.on("data", (chunk: Buffer) => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes > request.maxBytes) fail(`more than ${request.maxBytes} bytes`, true)
    })
    reply.on("error", (fault) => fail(detailOf(fault)))
    reply.on("end", () => {
      if (!reply.complete) return fail("the connection ended in the middle of the answer")
      clearTimeout(timer)
      resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text: Buffer.concat(chunks).toString("utf8") })
    })
  })
  outgoing.end(body ?? undefined)
})

/** Redirects are not followed: a key must not travel to a host that nobody named. */
export const exchange = (request: Exchange): Effect.Effect<Reply, NoReply> => Effect.tryPromise({
  try: (signal) => send(request, signal),
  catch: (fault) => fault instanceof NoReply ? fault : new NoReply({ detail: detailOf(fault), isTooLong: false })
})
