/**
 * Our own typed client of MLflow's REST API (3.x). Every request is checked here, every reply decoded; idempotent calls
 * are tried again for `patienceSeconds`. The two that are not idempotent (experiments/create, runs/create) look first
 * whether a former attempt has arrived.
 */
import { Context, Effect, Layer, Redacted, Schedule, Schema, Semaphore } from "effect"
import { Http } from "./http.ts"
import type { HttpRequest, NoReply } from "./http.ts"
import { batchesOf, maxDigestCharacters, maxExperimentTagCharacters } from "./limits.ts"
import type { KeyValue, RunData } from "./limits.ts"
import {
  CreatedExperiment, Empty, ExperimentReply, Fault, FilesReply, MetricsReply, numberOfMetric, RunReply, RunsReply
} from "./mlflow-replies.ts"
import type { Run } from "./mlflow-replies.ts"
import { InvalidForMlflow, MlflowRefused, MlflowUnreachable, MlflowWrongReply } from "./MlflowError.ts"
import type { MlflowError } from "./MlflowError.ts"
import { isTransient, withPatience } from "./retry.ts"
import type { TrackingTarget } from "./TrackingTarget.ts"
import { scrubbed } from "./TrackingTarget.ts"

export type RunStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED"
const runStatuses: ReadonlySet<string> = new Set(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])

export interface NewRun {
  readonly experimentId: string
  readonly name: string
  /** milliseconds since 1970 */
  readonly startTime: number
  readonly tags: ReadonlyArray<KeyValue>
}

export interface DatasetInput {
  readonly name: string
  readonly digest: string
  readonly source: string
  /** MLflow shows it beside the name: "train", "validation", "eval" */
  readonly context: string
}

export interface ClientOptions {
  /** how long idempotent calls are tried again; outages of a restart last some 15 s */
  readonly patienceSeconds?: number
  readonly timeoutSeconds?: number
}

type Call<A> = Effect.Effect<A, MlflowError>

export interface MlflowClientShape {
  /** without credentials */
  readonly uri: string
  readonly findExperiment: (name: string) => Call<typeof ExperimentReply.Type["experiment"] | null>
  /** The experiment of that name, made if there is none. */
  readonly ensureExperiment: (name: string) => Call<typeof ExperimentReply.Type["experiment"]>
  readonly setExperimentTag: (experimentId: string, key: string, value: string) => Call<void>
  /** All active runs that `filter` matches, in MLflow's filter language. */
  readonly searchRuns: (experimentId: string, filter: string) => Call<ReadonlyArray<Run>>
  readonly getRun: (runId: string) => Call<Run>
  /**
   * Makes a run, or finds the one that a lost attempt has made: `unique` is a tag of the new run that no other has, its
   * value without quotes.
   */
  readonly createRun: (run: NewRun, unique: KeyValue) => Call<Run>
  readonly updateRun: (
    runId: string,
    change: { readonly status: RunStatus; readonly endTime: number | null; readonly name: string }
  ) => Call<void>
  readonly deleteRun: (runId: string) => Call<void>
  /** Splits into batches within MLflow's limits; sent again, nothing doubles. */
  readonly logBatch: (runId: string, data: RunData) => Call<void>
  readonly deleteTag: (runId: string, key: string) => Call<void>
  readonly logInputs: (runId: string, datasets: ReadonlyArray<DatasetInput>) => Call<void>
  /** Through the server's artifact proxy; replaces what is there. */
  readonly putArtifact: (run: Run, path: string, bytes: Uint8Array, type: string) => Call<void>
  readonly listArtifacts: (runId: string, folder?: string) => Call<ReadonlyArray<string>>
  readonly metricHistory: (runId: string, key: string) => Call<
    ReadonlyArray<{ readonly value: number; readonly step: number; readonly at: number }>
  >
}

export class MlflowClient extends Context.Service<MlflowClient, MlflowClientShape>()("leadspan/MlflowClient") {
  static readonly layer = (target: TrackingTarget, options: ClientOptions = {}): Layer.Layer<MlflowClient> =>
    Layer.effect(MlflowClient, makeClient(target, options)).pipe(Layer.provide(Http.layer))
}

/** Path of a run's artifacts below the proxy; null where the server keeps them elsewhere (s3, a folder). */
const proxiedPath = (artifactUri: string): string | null => {
  const match = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri)
  return match === null ? null : match[1]!
}

const pathSegments = (path: string): string => path.split("/").map(encodeURIComponent).join("/")

/** The client over whatever `Http` is given. */
export const makeClient = (target: TrackingTarget, options: ClientOptions) =>
  Effect.gen(function*() {
    const http = yield* Http
    const { patienceSeconds = 75, timeoutSeconds = 30 } = options
    const uri = target.uri
    const inputsInTurn = yield* Semaphore.make(1)

    const exchange = <S extends Schema.ConstraintDecoder<unknown>>(
      call: string, request: Omit<HttpRequest, "headers" | "timeoutSeconds" | "url">, path: string, answer: S
    ): Call<S["Type"]> =>
      Effect.gen(function*() {
        const headers: Record<string, string> = { accept: "application/json" }
        if (target.authorization !== null) headers["authorization"] = Redacted.value(target.authorization)
        const reply = yield* http.send({ ...request, headers, timeoutSeconds, url: `${uri}/api/2.0/${path}` }).pipe(
          Effect.mapError(({ detail }: NoReply) => new MlflowUnreachable({ uri, call, detail: scrubbed(target, detail) }))
        )
        if (reply.status >= 300 && reply.status < 400) {
          const detail = `it redirects to ${scrubbed(target, reply.location ?? "nowhere").replace(/\/\/[^/@]*@/, "//")}`
          return yield* new MlflowWrongReply({ uri, call, detail })
        }
        if (reply.status >= 400) {
          const fault = yield* Effect.option(Schema.decodeUnknownEffect(Schema.fromJsonString(Fault))(reply.text))
          const known = fault._tag === "Some" ? fault.value : { error_code: `HTTP_${reply.status}`, message: "" }
          const detail = scrubbed(target, known.message ?? "").slice(0, 500)
          return yield* new MlflowRefused({ uri, call, status: reply.status, code: known.error_code, detail })
        }
        const text = reply.text === "" ? "{}" : reply.text
        return yield* Schema.decodeUnknownEffect(Schema.fromJsonString(answer))(text).pipe(
          // The issue may quote the reply, and a reply may quote our header.
          Effect.mapError((issue) =>
            new MlflowWrongReply({ uri, call, detail: scrubbed(target, issue.message).split("\n")[0]!.slice(0, 300) }))
        )
      })

    const json = (body: unknown): HttpRequest["body"] =>
      ({ type: "application/json", bytes: Buffer.from(JSON.stringify(body), "utf8") })
    const once = <S extends Schema.ConstraintDecoder<unknown>>(call: string, body: unknown, answer: S) =>
      exchange(call, { method: "POST", body: json(body) }, `mlflow/${call}`, answer)
    const post = <S extends Schema.ConstraintDecoder<unknown>>(call: string, body: unknown, answer: S) =>
      withPatience(once(call, body, answer), patienceSeconds)
    const get = <S extends Schema.ConstraintDecoder<unknown>>(
      call: string, query: Readonly<Record<string, string>>, answer: S
    ) =>
      withPatience(
        exchange(call, { method: "GET", body: null }, `mlflow/${call}?${new URLSearchParams(query)}`, answer),
        patienceSeconds
      )

    const findExperiment: MlflowClientShape["findExperiment"] = (name) =>
      get("experiments/get-by-name", { experiment_name: name }, ExperimentReply).pipe(
        Effect.map(({ experiment }) => experiment),
        Effect.catchIf(
          (error) => error instanceof MlflowRefused && error.code === "RESOURCE_DOES_NOT_EXIST",
          () => Effect.succeed(null)
        )
      )

    const ensureExperiment: MlflowClientShape["ensureExperiment"] = Effect.fnUntraced(function*(name) {
      const found = yield* findExperiment(name)
      if (found === null) {
        // Whatever becomes of this attempt, by our hand or another's, the name tells.
        yield* withPatience(once("experiments/create", { name }, CreatedExperiment), patienceSeconds).pipe(
          Effect.catchIf(
            (error) => error instanceof MlflowRefused && error.code === "RESOURCE_ALREADY_EXISTS",
            () => Effect.void
          )
        )
      }
      const experiment = found ?? (yield* findExperiment(name))
      if (experiment === null) {
        return yield* new MlflowWrongReply({ uri, call: "experiments/create", detail: `no experiment ${name} came of it` })
      }
      if (experiment.lifecycle_stage !== "active") {
        return yield* new MlflowRefused({
          uri, call: "experiments/get-by-name", status: 409, code: "EXPERIMENT_DELETED",
          detail: `experiment ${name} lies in MLflow's bin; restore it (\`mlflow experiments restore ` +
            `--experiment-id ${experiment.experiment_id}\`) or name another with tracking.experimentName`
        })
      }
      return experiment
    })

    const searchRuns: MlflowClientShape["searchRuns"] = Effect.fnUntraced(function*(experimentId, filter) {
      const runs: Array<Run> = []
      let page: string | undefined
      do {
        const reply: typeof RunsReply.Type = yield* post("runs/search", {
          experiment_ids: [experimentId], filter, run_view_type: "ACTIVE_ONLY", max_results: 500,
          order_by: ["attributes.start_time ASC", "attributes.run_id ASC"],
          ...(page === undefined ? {} : { page_token: page })
        }, RunsReply)
        runs.push(...reply.runs)
        page = reply.next_page_token === "" ? undefined : reply.next_page_token
      } while (page !== undefined)
      return runs
    })

    const createRun: MlflowClientShape["createRun"] = (run, unique) => {
      const create = once("runs/create", {
        experiment_id: run.experimentId, run_name: run.name, start_time: run.startTime,
        tags: [...run.tags.filter(({ key }) => key !== unique.key), unique]
      }, RunReply).pipe(Effect.map((reply) => reply.run))
      const found = searchRuns(run.experimentId, `tags.\`${unique.key}\` = '${unique.value}'`)
      const again = Effect.flatMap(found, (runs) => runs[0] === undefined ? create : Effect.succeed(runs[0]))
      if (/['"`\\]/.test(unique.value)) {
        return Effect.fail(new InvalidForMlflow({ call: "runs/create", detail: `tag ${unique.key} holds a quote` }))
      }
      if (!Number.isSafeInteger(run.startTime)) {
        return Effect.fail(new InvalidForMlflow({ call: "runs/create", detail: "start time is no integer" }))
      }
      return create.pipe(
        Effect.catchIf((error) => isTransient(error, 1), () => withPatience(again, patienceSeconds))
      )
    }

    const updateRun: MlflowClientShape["updateRun"] = (runId, { status, endTime, name }) => {
      if (!runStatuses.has(status)) {
        return Effect.fail(new InvalidForMlflow({ call: "runs/update", detail: `unknown status ${String(status)}` }))
      }
      if (endTime !== null && !Number.isSafeInteger(endTime)) {
        return Effect.fail(new InvalidForMlflow({ call: "runs/update", detail: "end time is no integer" }))
      }
      const end = endTime === null ? {} : { end_time: endTime }
      return Effect.asVoid(post("runs/update", { run_id: runId, status, run_name: name, ...end }, Empty))
    }

    const logBatch: MlflowClientShape["logBatch"] = Effect.fnUntraced(function*(runId, data) {
      const batches = yield* Effect.try({ try: () => batchesOf(data), catch: (error) => error as InvalidForMlflow })
      for (const batch of batches) yield* post("runs/log-batch", { run_id: runId, ...batch }, Empty)
    })

    const setExperimentTag: MlflowClientShape["setExperimentTag"] = (experimentId, key, value) =>
      Array.from(value).length > maxExperimentTagCharacters
        ? Effect.fail(new InvalidForMlflow({
          call: "experiments/set-experiment-tag", detail: `tag ${key} has more than ${maxExperimentTagCharacters} characters`
        }))
        : Effect.asVoid(post("experiments/set-experiment-tag", { experiment_id: experimentId, key, value }, Empty))

    const logInputs: MlflowClientShape["logInputs"] = (runId, datasets) => {
      const body = {
        run_id: runId,
        datasets: datasets.map(({ name, digest, source, context }) => ({
          tags: [{ key: "mlflow.data.context", value: context }],
          dataset: { name, digest: digest.slice(0, maxDigestCharacters), source_type: "leadspan", source }
        }))
      }
      // Two requests that bring the same new dataset at once: MLflow 3.17 lets one fail on its own UNIQUE constraint.
      const attempt = post("runs/log-inputs", body, Empty).pipe(
        Effect.retry({ times: 5, schedule: Schedule.spaced("200 millis"), while: (error) => error instanceof MlflowRefused && /UNIQUE|IntegrityError|duplicate key/.test(error.detail) })
      )
      return Effect.asVoid(inputsInTurn.withPermits(1)(attempt))
    }

    const putArtifact: MlflowClientShape["putArtifact"] = (run, path, bytes, type) => {
      const folder = proxiedPath(run.info.artifact_uri)
      if (folder === null) {
        return Effect.fail(new InvalidForMlflow({
          call: "mlflow-artifacts", detail: "this server keeps artifacts outside itself (start it with --serve-artifacts)"
        }))
      }
      const at = `mlflow-artifacts/artifacts/${pathSegments(folder)}/${pathSegments(path)}`
      const attempt = exchange("mlflow-artifacts", { method: "PUT", body: { type, bytes } }, at, Empty)
      return Effect.asVoid(withPatience(attempt, patienceSeconds))
    }

    const listArtifacts: MlflowClientShape["listArtifacts"] = Effect.fnUntraced(function*(runId, folder) {
      const query = folder === undefined ? { run_id: runId } : { run_id: runId, path: folder }
      const { files } = yield* get("artifacts/list", query, FilesReply)
      const paths: Array<string> = []
      for (const file of files) paths.push(...(file.is_dir === true ? yield* listArtifacts(runId, file.path) : [file.path]))
      return paths
    })

    const metricHistory: MlflowClientShape["metricHistory"] = Effect.fnUntraced(function*(runId, key) {
      const all: Array<{ value: number; step: number; at: number }> = []
      let page: string | undefined
      do {
        const query = { run_id: runId, metric_key: key, max_results: "25000", ...(page === undefined ? {} : { page_token: page }) }
        const reply: typeof MetricsReply.Type = yield* get("metrics/get-history", query, MetricsReply)
        for (const { value, step = 0, timestamp } of reply.metrics) {
          all.push({ value: numberOfMetric(value), step: Number(step), at: Number(timestamp) })
        }
        page = reply.next_page_token === "" ? undefined : reply.next_page_token
      } while (page !== undefined)
      return all
    })

    return MlflowClient.of({
      uri, findExperiment, ensureExperiment, setExperimentTag, searchRuns, createRun, updateRun, logBatch, logInputs,
      putArtifact, listArtifacts, metricHistory,
      getRun: (runId) => Effect.map(get("runs/get", { run_id: runId }, RunReply), ({ run }) => run),
      deleteRun: (runId) => Effect.asVoid(post("runs/delete", { run_id: runId }, Empty)),
      deleteTag: (runId, key) =>
        Effect.asVoid(post("runs/delete-tag", { run_id: runId, key }, Empty)).pipe(
          // gone already: a lost reply, tried again
          Effect.catchIf(
            (error) => error instanceof MlflowRefused && error.code === "RESOURCE_DOES_NOT_EXIST", () => Effect.void
          )
        )
    })
  })
