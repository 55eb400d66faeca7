/** A server for one model, started by the command that the spec gives, and ended with all its children when the scope ends. */
import { createServer } from "node:net"
import { createInterface } from "node:readline"
import { Effect, Result } from "effect"
import { startGroup } from "../runner/ProcessGroup.ts"
import type { Endpoint } from "./Endpoint.ts"
import { EndpointError, quoted } from "./EndpointError.ts"
import { findServed, type WantedModel } from "./served-model.ts"

export interface ServeRequest {
  /** with `{folder}`, `{name}` and `{port}` */
  readonly command: ReadonlyArray<string>
  readonly wanted: WantedModel
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  readonly startSeconds: number
  /** sees the group's pid at once, so that a later run can end it if this process is killed */
  readonly onSpawned: (pid: number) => void
  readonly secret: string | null
  /** patience of its own: a server that starts refuses connections */
  readonly endpoint: Endpoint
}

/** How long a server may take to end before it is killed. */
const graceSeconds = 10

/** A loopback port that nobody has. */
export const freePort: Effect.Effect<number> = Effect.promise(() => new Promise((resolve, reject) => {
  const server = createServer()
  server.once("error", reject)
  server.listen({ port: 0, host: "127.0.0.1" }, () => {
    const address = server.address()
    server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
  })
}))

export const filledIn = (command: ReadonlyArray<string>, { folder, name }: WantedModel, port: number): ReadonlyArray<string> =>
  command.map((word) => word.replaceAll("{folder}", folder).replaceAll("{name}", name).replaceAll("{port}", String(port)))

/**
 * Starts the server and waits until it lists the model.
 * @returns what fails when the server ends by itself: to be raced with what is asked of it
 */
export const startServer = Effect.fnUntraced(function*(request: ServeRequest) {
  const { endpoint, environment, onSpawned, port, secret, startSeconds, wanted } = request
  const [command = "", ...args] = filledIn(request.command, wanted, port)
  const said: Array<string> = []
  const fault = (found: string) => new EndpointError({
    code: "server-failed", where: `via.serve (${quoted(command, secret)})`, found, expected: `a server at ${endpoint.address} with the model \`${wanted.name}\``,
    advice: "Try the command by hand."
  })
  const lastWords = () => quoted(said.slice(-5).join(" | "), secret, 500)
  const child = yield* startGroup({ command, args, env: environment, graceSeconds, onSpawned }).pipe(
    Effect.mapError(({ detail }) => fault(`that it cannot be started: ${quoted(detail, secret)}`)))
  child.stdin.end()
  child.events.resume()
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      if (line.trim() === "") return
      said.push(line.slice(0, 300))
      if (said.length > 50) said.shift()
    })
  }
  const ended = Effect.promise(() => child.ended).pipe(Effect.flatMap(({ exitCode, signal }) => Effect.fail(
    fault(`its end by ${signal === null ? `exit code ${exitCode}` : `signal ${signal}`}; it said: ${lastWords()}`))))
  let last = "it lists no model"
  const ready = Effect.gen(function*() {
    for (;;) {
      const models = yield* Effect.result(endpoint.models)
      if (Result.isSuccess(models) && findServed(models.success, wanted) !== null) return
      last = Result.isFailure(models) ? models.failure.found : `it lists ${models.success.slice(0, 5).map(({ id }) => quoted(id, secret, 80)).join(", ") || "no model"}`
      yield* Effect.sleep("300 millis")
    }
  }).pipe(Effect.timeoutOrElse({
    duration: `${startSeconds} seconds`,
    orElse: () => Effect.suspend(() => Effect.fail(fault(`no such model within ${startSeconds} s (${last}); it said: ${lastWords()}`)))
  }))
  yield* Effect.raceFirst(ready, ended)
  return ended
})
