/** Requests to the hub: with the token where it belongs and nowhere else, patient with a busy hub, and bounded in time. */
import { setTimeout as sleep } from "node:timers/promises"
import { stopped } from "./read-bytes.ts"
import { quoted, SourceError } from "./SourceError.ts"

export interface HubAccess {
  readonly address: string
  readonly origin: string
  /** null: none, or the address is not one to send it to */
  readonly token: string | null
  /** what is asked for, in errors: hf:org/name */
  readonly name: string
  readonly signal: AbortSignal | undefined
  readonly attempts: number
  readonly firstWaitMs: number
}

const longestWaitMs = 60_000
/** for the answer's head, and for each piece of its body */
export const patienceMs = 30_000

const waitOf = (response: Response | null, attempt: number, { firstWaitMs }: HubAccess): number => {
  const after = response?.headers.get("retry-after") ?? null
  const told = after === null ? NaN : /^\d+$/u.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  return Math.min(longestWaitMs, Number.isFinite(told) ? Math.max(0, told) : firstWaitMs * 2 ** attempt)
}

export const offline = (access: HubAccess, what: string, why: string) => new SourceError({
  code: "hub-offline", place: access.name, expected: `an answer from ${access.address} to ${what}`, found: why,
  advice: "Connect to the network and start again (what is there is kept), or set HF_ENDPOINT to a mirror, or fetch the files yourself and name them by file:."
})

/** What an answer that is no success means. */
const refusal = (access: HubAccess, what: string, response: Response): SourceError => {
  const { status } = response
  const code = response.headers.get("x-error-code")
  const problem = (kind: "hub-access" | "hub-missing" | "hub-busy" | "hub-answer", found: string, advice: string) =>
    new SourceError({ code: kind, place: access.name, expected: `an answer of ${access.address} to ${what}`, found, advice })
  if (status === 401 || status === 403) {
    const found = code === "GatedRepo" ? "a gated data set" : access.token === null ? "a data set that is gated, private or not there" : "a refusal of the token in HF_TOKEN"
    return problem("hub-access", `${found} (${status})`, "Accept its terms on its page if it has any, and set HF_TOKEN to a token that may read it; check the name.")
  }
  if (status === 404) {
    const found = code === "RevisionNotFound" ? "no such revision" : code === "EntryNotFound" ? "no such file" : "no such data set, or no such revision"
    return problem("hub-missing", `${found} (404)`, "Check `source` and `revision` on the data set's page.")
  }
  if (status === 429 || status >= 500) return problem("hub-busy", `${status} after ${access.attempts} attempts`, "Wait and start again; a token in HF_TOKEN is allowed more.")
  return problem("hub-answer", `${status}${response.statusText === "" ? "" : ` ${quoted(response.statusText)}`}`, "Check HF_ENDPOINT.")
}

/** Why a request did not come through: the cause's code, never its headers. */
export const whyOf = (thrown: unknown): string => {
  const cause = (thrown as { cause?: { code?: string; message?: string } }).cause
  if ((thrown as { name?: string }).name === "TimeoutError") return `nothing for ${patienceMs / 1000} s`
  return cause?.code ?? cause?.message?.slice(0, 100) ?? (thrown as Error).message.slice(0, 100)
}

/**
 * Fetches with patience: 429 and 5xx are asked again after what Retry-After says (a minute at most), broken connections
 * after a growing wait.
 * @throws SourceError for every answer that is no success (but `allowed`), and when the network fails
 */
export const hubFetch = async (access: HubAccess, url: string, what: string, init: RequestInit = {}, allowed: ReadonlyArray<number> = []): Promise<Response> => {
  const headers = new Headers(init.headers)
  headers.delete("authorization")
  if (access.token !== null && new URL(url).origin === access.origin) headers.set("authorization", `Bearer ${access.token}`)
  if (/^(?:1|true|yes|on)$/iu.test(process.env["HF_HUB_OFFLINE"] ?? "")) throw offline(access, what, "HF_HUB_OFFLINE set")
  const isStopped = () => access.signal?.aborted === true
  for (let attempt = 0;; attempt++) {
    if (isStopped()) throw stopped(access.name)
    const isLast = attempt + 1 >= access.attempts
    let response: Response | null = null
    // aborted when the head takes too long, or when the user stops; bodies have their own watch
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(new DOMException("", "TimeoutError")), patienceMs)
    try {
      const signals = [patience.signal, init.signal, access.signal].filter((signal) => signal !== undefined && signal !== null)
      response = await fetch(url, { ...init, headers, signal: AbortSignal.any(signals) })
    } catch (thrown) {
      if (isStopped()) throw stopped(access.name)
      // a name that does not resolve, or nobody there, is soon known
      if (isLast || (attempt > 0 && /ENOTFOUND|ECONNREFUSED|EAI_AGAIN/u.test(whyOf(thrown)))) throw offline(access, what, whyOf(thrown))
    } finally {
      clearTimeout(timer)
    }
    if (response?.ok === true || (response !== null && allowed.includes(response.status))) return response
    if (response !== null) {
      await response.body?.cancel().catch(() => {})
      if (isLast || (response.status !== 429 && response.status < 500)) throw refusal(access, what, response)
    }
    await sleep(waitOf(response, attempt, access), undefined, access.signal === undefined ? {} : { signal: access.signal }).catch(() => {})
  }
}
