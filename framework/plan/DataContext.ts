/** The data that cells share: prepared once, held once, seen by each cell through a view. */
import { join } from "node:path"
import { Effect } from "effect"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import type { TraceRecord } from "../plugin/define.ts"
import { decodedOptions } from "./decoded-options.ts"
import type { Drafts } from "./drafts.ts"
import { dataViews, type DataView } from "../sequence/data-views.ts"
import { lastTarget } from "../sequence/view-digest.ts"
import { prepare, type PreparedSummary, preparedName, readSummary } from "../sequence/prepare.ts"
import { type Prepared, readPrepared } from "../sequence/prepared-file.ts"
import type { Tokenizer } from "../sequence/tokenizer.ts"
import { bucketLengths } from "./buckets.ts"
import { digestOf } from "./canonical.ts"
import { dataSource, type DataSource } from "./data-source.ts"

/** One prepared file and everything that is derived from it once. */
export interface DataSplit {
  /** id of the `prepare` step: its folder in the store */
  readonly step: string
  readonly summary: PreparedSummary
  readonly prepared: Prepared
  readonly views: { readonly get: (request: Parameters<ReturnType<typeof dataViews>["get"]>[0]) => DataView }
  /** tokens of each row that are fed under a view: up to its last target, [rows] */
  readonly fedLengths: (view: DataView) => Int32Array
  /** lengths to pad whole sequences to */
  readonly wholeLengths: ReadonlyArray<number>
}

export interface DataContext {
  readonly train: DataSplit
  readonly validation: DataSplit | null
  /** rows of `train` before the replayed ones */
  readonly mainRows: number
  readonly replayRows: number
  readonly source: string
}

export interface DataRequest {
  readonly data: ExperimentSpec["data"]
  readonly replay: ExperimentSpec["train"]["replay"]
}

const openSplit = (step: string, summary: PreparedSummary, prepared: Prepared): DataSplit => {
  const fed = new WeakMap<DataView, Int32Array>()
  const lengths = Array.from({ length: prepared.ids.length }, (_, n) =>
    (prepared.tokenOffsets[n + 1] as number) - (prepared.tokenOffsets[n] as number))
  return {
    step, summary, prepared, views: dataViews(prepared), wholeLengths: bucketLengths(lengths),
    fedLengths: (view) => {
      const known = fed.get(view)
      if (known !== undefined) return known
      const made = view.view()
      // A row without targets is fed as one token: it keeps its place in the batch and bears no loss.
      const fresh = Int32Array.from({ length: made.starts.length }, (_, n) => Math.max(2, lastTarget(made, n) + 1))
      fed.set(view, fresh)
      return fresh
    }
  }
}

const prepareSplit = Effect.fnUntraced(function*(
  drafts: Drafts, tokenizer: Tokenizer, identity: unknown, main: () => Iterable<TraceRecord>, replay: () => Iterable<TraceRecord>
) {
  const step = digestOf(identity)
  let folder = yield* drafts.find(step)
  if (folder === null) {
    folder = drafts.begin(step)
    yield* prepare(tokenizer, main(), replay(), folder)
    drafts.add(step, folder)
  }
  return openSplit(step, yield* readSummary(folder), yield* readPrepared(join(folder, preparedName)))
})

/** Prepares training and validation data, or finds them prepared. */
export const openData = Effect.fnUntraced(function*(
  request: DataRequest, tokenizer: Tokenizer, tokenizerDigest: string, registry: PluginRegistry, drafts: Drafts
) {
  const { data, replay } = request
  const source = yield* dataSource(data.source, registry)
  const options = yield* decodedOptions(source.plugin, data.options, "data.options")
  const replaySource = replay === null ? null : yield* dataSource(replay.source, registry)
  const replayOptions = replay === null || replaySource === null ? null : yield* decodedOptions(replaySource.plugin, replay.options, "train.replay.options")
  const of = ({ identity }: DataSource, given: unknown) => ({ ...(identity as object), options: given })
  const trainIdentity = {
    kind: "prepare", tokenizer: tokenizerDigest, split: "train", seed: data.seed, count: data.train, ...of(source, options),
    replay: replay === null || replaySource === null ? null : { ...of(replaySource, replayOptions), count: replay.count }
  }
  function* replayed(): Iterable<TraceRecord> {
    if (replay === null || replaySource === null) return
    // Their own names and their own draw: the same problem may well be an easy example and a training problem.
    for (const record of replaySource.plugin.records({ split: "train", count: replay.count, seed: data.seed + 1 }, replayOptions)) {
      yield { ...record, id: `replay/${record.id}` }
    }
  }
  const train = yield* prepareSplit(drafts, tokenizer, trainIdentity,
    () => source.plugin.records({ split: "train", count: data.train, seed: data.seed }, options), replayed)
  const validation = data.validation === 0 ? null : yield* prepareSplit(drafts, tokenizer, {
    kind: "prepare", tokenizer: tokenizerDigest, split: "validation", seed: data.seed, count: data.validation, ...of(source, options)
  }, () => source.plugin.records({ split: "validation", count: data.validation, seed: data.seed }, options), () => [])
  const replayRows = train.summary.rows - train.summary.mainRows
  return { train, validation, mainRows: train.summary.mainRows, replayRows, source: source.plugin.name } satisfies DataContext
})

export type { DataView }
