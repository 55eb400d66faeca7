/** What an MLflow 3 server answers, as far as we read it. Fields that it leaves out where empty have defaults. */
import { Effect, Schema } from "effect"

const listOf = <S extends Schema.Top>(item: S) =>
  Schema.Array(item).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]) as never))

/** A metric's value: protobuf's JSON writes what is not finite as text. */
const MetricNumber = Schema.Union([Schema.Number, Schema.Literals(["NaN", "Infinity", "-Infinity"])])

/** 64-bit integers come as numbers or, from some proxies, as text. */
const Integer = Schema.Union([Schema.Int, Schema.String.check(Schema.isPattern(/^-?\d{1,16}$/u))])

const KeyValue = Schema.Struct({ key: Schema.String, value: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))) })

export const Experiment = Schema.Struct({
  experiment_id: Schema.String,
  name: Schema.String,
  lifecycle_stage: Schema.String,
  tags: listOf(KeyValue)
})

export const Metric = Schema.Struct({
  key: Schema.String, value: MetricNumber, timestamp: Integer, step: Schema.optionalKey(Integer)
})

const Dataset = Schema.Struct({ name: Schema.String, digest: Schema.String })

export const Run = Schema.Struct({
  info: Schema.Struct({
    run_id: Schema.String,
    run_name: Schema.optionalKey(Schema.String),
    experiment_id: Schema.String,
    status: Schema.String,
    start_time: Schema.optionalKey(Integer),
    end_time: Schema.optionalKey(Integer),
    artifact_uri: Schema.String,
    lifecycle_stage: Schema.String
  }),
  data: Schema.optionalKey(Schema.Struct({ metrics: listOf(Metric), params: listOf(KeyValue), tags: listOf(KeyValue) })),
  inputs: Schema.optionalKey(Schema.Struct({ dataset_inputs: listOf(Schema.Struct({ dataset: Dataset })) }))
})
export type Run = typeof Run.Type

export const ExperimentReply = Schema.Struct({ experiment: Experiment })
export const CreatedExperiment = Schema.Struct({ experiment_id: Schema.String })
export const RunReply = Schema.Struct({ run: Run })
export const RunsReply = Schema.Struct({ runs: listOf(Run), next_page_token: Schema.optionalKey(Schema.String) })
export const MetricsReply = Schema.Struct({ metrics: listOf(Metric), next_page_token: Schema.optionalKey(Schema.String) })
export const FilesReply = Schema.Struct({
  files: listOf(Schema.Struct({ path: Schema.String, is_dir: Schema.optionalKey(Schema.Boolean) }))
})
export const Empty = Schema.Struct({})
export const Fault = Schema.Struct({ error_code: Schema.String, message: Schema.optionalKey(Schema.String) })

/** As JavaScript's number; MLflow keeps infinity as the largest double. */
export const numberOfMetric = (value: typeof MetricNumber.Type): number => {
  const number = Number(value)
  return Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Infinity : number
}
