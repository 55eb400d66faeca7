/**
 * MLflow's limits and types. The server drops a wrongly typed field, and all after it, with status 200, and cuts long
 * values without a word: so everything is checked and cut here, where it can be seen.
 */
import type { Metric } from "../journal/Record.ts"
import { InvalidForMlflow } from "./MlflowError.ts"

export const maxMetricsPerBatch = 1000
export const maxParamsPerBatch = 100
export const maxTagsPerBatch = 100
/** metrics, params and tags of one batch together */
export const maxItemsPerBatch = 1000
export const maxParamCharacters = 6000
export const maxTagCharacters = 8000
/** MLflow 3.17 takes 20,000, servers before it 5,000 */
export const maxExperimentTagCharacters = 5000
export const maxKeyCharacters = 250
export const maxDigestCharacters = 36

const invalid = (call: string, detail: string): never => {
  throw new InvalidForMlflow({ call, detail })
}

/** Cuts to `limit` Unicode characters, as MLflow counts them; a cut text ends in "…". */
export const cutTo = (limit: number, text: string): string => {
  if (text.length <= limit) return text
  const characters = Array.from(text)
  return characters.length <= limit ? text : characters.slice(0, limit - 1).join("") + "…"
}

const keyPattern = /^[\p{L}\p{N}_\-. :/]+$/u

/** A key that MLflow takes: what it refuses becomes "_". */
export const safeKey = (text: string): string => {
  const key = text.replaceAll(/[^\p{L}\p{N}_\-. :/]/gu, "_").replaceAll(/\/{2,}/g, "/").replaceAll("..", "_.")
    .replaceAll(/^\/+|\/+$/g, "")
  return cutTo(maxKeyCharacters, key === "" || key === "." ? "_" : key).replace("…", "_")
}

const checkKey = (call: string, key: string): void => {
  if (!keyPattern.test(key) || key.startsWith("/") || key.includes("//") || key.includes("..")) {
    invalid(call, `key ${JSON.stringify(key)} holds characters that MLflow refuses`)
  }
  if (key.length > maxKeyCharacters) invalid(call, `key ${key.slice(0, 40)}… is longer than ${maxKeyCharacters}`)
}

const checkInteger = (call: string, name: string, value: number): void => {
  if (!Number.isSafeInteger(value)) invalid(call, `${name} is ${value}, expected an integer`)
}

/** A number as MLflow's JSON wants it: NaN and the infinities are text there. */
export const metricValue = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value)

export interface KeyValue { readonly key: string; readonly value: string }

export interface Batch {
  readonly metrics: ReadonlyArray<{
    readonly key: string; readonly value: number | string; readonly timestamp: number; readonly step: number
  }>
  readonly params: ReadonlyArray<KeyValue>
  readonly tags: ReadonlyArray<KeyValue>
}

const checkPairs = (call: string, kind: string, pairs: ReadonlyArray<KeyValue>, limit: number): void => {
  const seen = new Set<string>()
  for (const { key, value } of pairs) {
    checkKey(call, key)
    if (typeof value !== "string") invalid(call, `${kind} ${key} is a ${typeof value}, expected text`)
    if (value.length > limit && Array.from(value).length > limit) {
      invalid(call, `${kind} ${key} has ${value.length} characters, MLflow keeps ${limit} and drops the rest silently`)
    }
    if (seen.has(key)) invalid(call, `${kind} ${key} stands twice`)
    seen.add(key)
  }
}

export interface RunData {
  readonly metrics?: ReadonlyArray<Metric>
  readonly params?: ReadonlyArray<KeyValue>
  readonly tags?: ReadonlyArray<KeyValue>
}

/**
 * Splits what is to be logged into batches that MLflow takes, params and tags first, metrics in the order given.
 * @throws InvalidForMlflow where the server would drop or refuse something
 */
export const batchesOf = (data: RunData): ReadonlyArray<Batch> => {
  const call = "runs/log-batch"
  const { metrics = [], params = [], tags = [] } = data
  checkPairs(call, "param", params, maxParamCharacters)
  checkPairs(call, "tag", tags, maxTagCharacters)
  for (const metric of metrics) {
    checkKey(call, metric.key)
    if (typeof metric.value !== "number") invalid(call, `metric ${metric.key} is no number`)
    checkInteger(call, `step of ${metric.key}`, metric.step)
    checkInteger(call, `time of ${metric.key}`, metric.at)
  }
  const batches: Array<Batch> = []
  const chunks = Math.max(Math.ceil(params.length / maxParamsPerBatch), Math.ceil(tags.length / maxTagsPerBatch))
  for (let chunk = 0; chunk < chunks; chunk++) {
    batches.push({
      metrics: [],
      params: params.slice(chunk * maxParamsPerBatch, (chunk + 1) * maxParamsPerBatch),
      tags: tags.slice(chunk * maxTagsPerBatch, (chunk + 1) * maxTagsPerBatch)
    })
  }
  for (let start = 0; start < metrics.length; start += maxMetricsPerBatch) {
    const slice = metrics.slice(start, start + maxMetricsPerBatch)
    batches.push({
      metrics: slice.map(({ key, value, step, at }) => ({ key, value: metricValue(value), timestamp: at, step })),
      params: [],
      tags: []
    })
  }
  return batches
}
