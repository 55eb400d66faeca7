/** A generate step that a server answers: done in the runner's own process, since all of the work is elsewhere. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Redacted, type Scope, type Semaphore } from "effect"
import { type Endpoint, type EndpointSettings, openEndpoint } from "../endpoints/Endpoint.ts"
import { generateAt } from "../endpoints/generate-at.ts"
import { keyOf, openKeptAnswers } from "../endpoints/kept-answers.ts"
import { serverFor, type Statement } from "../endpoints/served-model.ts"
import { freePort, startServer } from "../endpoints/start-server.ts"
import { generateItems } from "../evaluation/items.ts"
import type { GenerateVia, GenerateWork } from "../plan/Step.ts"
import { attempt } from "../sequence/SequenceError.ts"
import { promptIds } from "../sequence/render.ts"

export interface EndpointSurroundings {
  readonly label: string
  /** folder of the model, for its name and for `via.serve` */
  readonly folder: string
  /** folder for what an attempt goes on from after an earlier one */
  readonly resume: string
  /** so many requests at once, for all steps that ask one address */
  readonly permitsFor: (address: string, concurrency: number) => Semaphore.Semaphore
  readonly environment: Readonly<Record<string, string>>
  readonly onSpawned: (pid: number) => void
  readonly onProgress: (done: number, total: number, tokensPerSecond: number) => void
}

const opened = (settings: EndpointSettings): Effect.Effect<Endpoint, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.sync(() => openEndpoint(settings)), ({ close }) => Effect.sync(close))

const settingsOf = ({ server }: GenerateVia, port: number | null): EndpointSettings => ({
  address: port === null ? server.openai : server.openai.replaceAll("{port}", String(port)),
  engine: server.engine, apiKey: server.apiKey, request: server.request, timeoutSeconds: server.timeoutSeconds, retries: server.retries
})

/** What the server said of itself is kept beside its answers. */
const writeServer = (out: string, { server: { engine, prompt, request } }: GenerateVia, { model, ownedBy, version }: Statement): void =>
  writeFileSync(join(out, "server.json"), `${JSON.stringify({ engine, prompt, request, model, ownedBy, version }, null, 2)}\n`)

/** Writes `outputs.jsonl` and `server.json` into `out`. Fails with `EndpointError` or `SequenceError`. */
export const endpointStep = Effect.fnUntraced(function*(work: GenerateWork, via: GenerateVia, out: string, around: EndpointSurroundings) {
  const { benchmark: { items, tokenizer }, sampling } = work
  const { server } = via
  const lines = yield* attempt(around.label, () => generateItems(items, (prompt, where) => promptIds(tokenizer, prompt, where)))
  const wanted = {
    name: via.name, folder: around.folder, names: [via.name, ...(via.isKnownByFolder ? [around.folder] : []), ...via.otherNames]
  }
  const distinct = sampling.temperature === 0 ? 1 : sampling.samples
  const asked = new Set(lines.flatMap(({ item }) => Array.from({ length: distinct }, (_, sample) => keyOf({ item, sample }))))
  const kept = yield* Effect.acquireRelease(
    Effect.sync(() => openKeptAnswers(around.resume, asked, sampling.forced?.thoughtTokens ?? [])), ({ close }) => Effect.sync(close))
  const port = server.serve === null ? null : yield* freePort
  const settings = settingsOf(via, port)
  const lost = server.serve === null || port === null ? Effect.never : yield* startServer({
    command: server.serve, wanted, port, environment: around.environment, startSeconds: server.startSeconds, onSpawned: around.onSpawned,
    secret: server.apiKey === null ? null : Redacted.value(server.apiKey),
    endpoint: yield* opened({ ...settings, retries: 0, timeoutSeconds: Math.min(10, settings.timeoutSeconds) })
  })
  const endpoint = yield* opened(settings)
  const generation = Effect.gen(function*() {
    const statement = yield* serverFor(endpoint, wanted, server.engine)
    const outputs = yield* generateAt({
      endpoint, model: statement.model, promptAs: server.prompt, tokenizer, sampling, items: lines, samples: distinct,
      concurrency: server.concurrency, permits: around.permitsFor(settings.address, server.concurrency), kept, onProgress: around.onProgress
    })
    return { outputs, statement }
  })
  const { outputs, statement } = yield* Effect.raceFirst(generation, lost)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, "outputs.jsonl"), outputs.map((output) => `${JSON.stringify(output)}\n`).join(""))
  writeServer(out, via, statement)
}, Effect.scoped)
