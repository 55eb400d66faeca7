/** The client against scripted replies: what a real server does not do on demand. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { Http, NoReply } from "../../../framework/tracking/http.ts"
import type { HttpReply, HttpRequest } from "../../../framework/tracking/http.ts"
import { MlflowClient, makeClient } from "../../../framework/tracking/MlflowClient.ts"
import { trackingTarget } from "../../../framework/tracking/TrackingTarget.ts"

const target = trackingTarget("http://ann:pa55w0rd@mlflow.example", { MLFLOW_TRACKING_TOKEN: "t0k3n" })!
const run = (id: string) => ({
  info: {
    run_id: id, run_name: "n", experiment_id: "1", status: "RUNNING", start_time: 1, artifact_uri: "mlflow-artifacts:/1/x/artifacts",
    lifecycle_stage: "active"
  }
})
const reply = (status: number, body: unknown): HttpReply =>
  ({ status, location: null, text: typeof body === "string" ? body : JSON.stringify(body) })

const scripted = (answer: (request: HttpRequest, call: number) => HttpReply | NoReply) => {
  const requests: Array<HttpRequest> = []
  const http = Layer.succeed(Http, Http.of({
    send: (request) => Effect.suspend(() => {
      requests.push(request)
      const given = answer(request, requests.length)
      return given instanceof NoReply ? Effect.fail(given) : Effect.succeed(given)
    })
  }))
  return { requests, layer: Layer.effect(MlflowClient, makeClient(target, {})).pipe(Layer.provide(http)) }
}

const message = (result: Result.Result<unknown, { readonly message: string }>): string =>
  Result.isFailure(result) ? result.failure.message : "no failure"

describe("MlflowClient", () => {
  it.effect("goes on for more than a minute while the server is away", () => {
    const { requests, layer } = scripted((_request, call) => call < 16 ? new NoReply({ detail: "ECONNREFUSED" }) : reply(200, { run: run("r") }))
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild((yield* MlflowClient).getRun("r"))
      yield* TestClock.adjust("70 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).info.run_id, "r")
      assert.strictEqual(requests.length, 16)
    }).pipe(Effect.provide(layer))
  })

  it.effect("gives up in the end, and says what to do", () => {
    const { layer } = scripted(() => new NoReply({ detail: "ECONNREFUSED" }))
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Effect.result((yield* MlflowClient).getRun("r")))
      yield* TestClock.adjust("100 seconds")
      assert.strictEqual(message(yield* Fiber.join(fiber)),
        "MLflow at http://mlflow.example does not answer (runs/get: ECONNREFUSED); nothing is lost")
    }).pipe(Effect.provide(layer))
  })

  it.effect("searches for a run whose creation got no reply, and makes no second one", () => {
    const { requests, layer } = scripted((request) =>
      request.url.endsWith("runs/create") ? new NoReply({ detail: "ECONNRESET" }) : reply(200, { runs: [run("arrived")] }))
    return Effect.gen(function*() {
      const client = yield* MlflowClient
      const made = yield* client.createRun({ experimentId: "1", name: "n", startTime: 1, tags: [] }, { key: "leadspan.key", value: "o/trial:1" })
      assert.strictEqual(made.info.run_id, "arrived")
      assert.deepStrictEqual(requests.map(({ url }) => url.split("/").slice(-2).join("/")), ["runs/create", "runs/search"])
      assert.include(Buffer.from(requests[1]!.body!.bytes).toString(), "tags.`leadspan.key` = 'o/trial:1'")
    }).pipe(Effect.provide(layer))
  })

  it.effect("makes it again where the search finds none", () => {
    const { requests, layer } = scripted((request, call) =>
      request.url.endsWith("runs/search") ? reply(200, {}) : call === 1 ? reply(503, "busy") : reply(200, { run: run("second") }))
    return Effect.gen(function*() {
      const client = yield* MlflowClient
      const made = yield* client.createRun({ experimentId: "1", name: "n", startTime: 1, tags: [] }, { key: "leadspan.key", value: "k" })
      assert.strictEqual(made.info.run_id, "second")
      assert.strictEqual(requests.length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("calls replies of another program by their name", () => {
    const wrong: ReadonlyArray<readonly [HttpReply, RegExp]> = [
      [reply(200, "<html>hello</html>"), /answered runs\/get with something else than MLflow 3 would/],
      [reply(200, { run: { info: { run_id: 5 } } }), /something else than MLflow 3 would.*check the tracking URI/],
      [reply(200, ""), /something else/],
      [{ status: 302, location: "https://u:x@login.example/", text: "" }, /it redirects to https:\/\/login\.example/],
      [reply(404, "not here"), /refused runs\/get with HTTP_404/],
      [reply(401, { error_code: "UNAUTHENTICATED", message: "no t0k3n" }), /UNAUTHENTICATED: no \[redacted\]; set MLFLOW_TRACKING_TOKEN/]
    ]
    return Effect.forEach(wrong, ([given, expected]) => {
      const { layer } = scripted(() => given)
      return Effect.gen(function*() {
        assert.match(message(yield* Effect.result((yield* MlflowClient).getRun("r"))), expected)
      }).pipe(Effect.provide(layer))
    })
  })

  it.effect("lets no credential into an error, whatever the server echoes", () => {
    const echo = "Bearer t0k3n pa55w0rd " + Buffer.from("ann:pa55w0rd").toString("base64")
    const replies = [reply(400, { error_code: "X", message: echo }), reply(200, { run: echo }), new NoReply({ detail: echo })]
    return Effect.forEach(replies, (given) => {
      const { requests, layer } = scripted(() => given)
      return Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(Effect.result((yield* MlflowClient).getRun("r")))
        yield* TestClock.adjust("100 seconds")
        const result = yield* Fiber.join(fiber)
        assert.isTrue(Result.isFailure(result))
        assert.notMatch(`${message(result)} ${JSON.stringify(result)}`, /t0k3n|pa55w0rd|YW5uOnBh/)
        assert.strictEqual(requests[0]!.headers["authorization"], "Bearer t0k3n")
      }).pipe(Effect.provide(layer))
    })
  })

  it.effect("does not send what MLflow would drop", () => {
    const { requests, layer } = scripted(() => reply(200, {}))
    return Effect.gen(function*() {
      const client = yield* MlflowClient
      yield* Effect.result(client.updateRun("r", { status: "BOGUS" as never, endTime: null, name: "n" }))
      yield* Effect.result(client.updateRun("r", { status: "FINISHED", endTime: 1.5, name: "n" }))
      yield* Effect.result(client.logBatch("r", { metrics: [{ key: "m", step: 0.5, value: 1, at: 1 }] }))
      yield* Effect.result(client.setExperimentTag("1", "k", "x".repeat(5001)))
      assert.strictEqual(requests.length, 0)
    }).pipe(Effect.provide(layer))
  })
})
