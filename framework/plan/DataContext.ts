/** The data that cells share: prepared once, held once, seen by each cell through a view. */
import { join } from "node:path"
import { Effect } from "effect"
import { Scope } from "effect"
import type { CellSettings, ExperimentSpec } from "../spec/ExperimentSpec.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import { prepare, type PrepareSettings, preparedName, type Records, readSummary } from "../sequence/prepare.ts"
import { type Prepared, readPrepared } from "../sequence/prepared-file.ts"
import { SequenceError } from "../sequence/SequenceError.ts"
import type { Tokenizer } from "../sequence/tokenizer.ts"
import type { OpenedTraces, PlacedTrace } from "../sources/open-traces.ts"
import { digestOf } from "./canonical.ts"
import { type DataSplit, openSplit } from "./data-split.ts"
import { itemsAsked, openDataTraces, openReplayTraces, tracesOf } from "./data-source.ts"
import type { Drafts } from "./drafts.ts"

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
  /** training problems are compared with what these ask */
  readonly evaluate: CellSettings["evaluate"]
  /** folder that their files start from */
  readonly evaluateFolder: string
  /** the quirk `generation-prompt-appended`: a generation prompt stands after each finished chat and counts as its end of turn */
  readonly appendGenerationPrompt: boolean
}

interface SplitRequest {
  readonly split: "train" | "validation"
  readonly count: number
  readonly identity: unknown
  readonly traces: OpenedTraces
  readonly settings: PrepareSettings
  readonly replay: () => Records
}

/** A data-set plugin gives as many records as it is asked for: where some are not used, it is asked for more. */
const prepareDrawn = Effect.fnUntraced(function*(tokenizer: Tokenizer, folder: string, request: SplitRequest) {
  const { count, settings, split, traces } = request
  let asked = count
  let first: SequenceError | null = null
  while (true) {
    const draw = traces.draw({ split, count: asked, derives: false })
    let refused = 0
    const refuse = (reason: string, place: string) => {
      refused++
      draw.refuse(reason, place)
    }
    const result = yield* prepare(tokenizer, tracesOf(draw), request.replay(), folder, {
      ...settings, count, refuse, tally: draw.tally, contamination: draw.contamination, dataFormat: traces.format, what: `records of ${traces.name} for ${split}`
    }).pipe(Effect.result)
    if (result._tag === "Success") return
    const isShort = result.failure.code === "data-malformed" && traces.format === null
    if (!isShort || asked > 64 * count) return yield* first ?? result.failure
    first ??= result.failure
    asked = 2 * asked + refused
  }
})

/** What a plan has open reads rows as long as the plan is used, and is closed with its scope. */
const openFor = (scope: Scope.Scope, path: string): Effect.Effect<Prepared, SequenceError> =>
  Effect.acquireRelease(readPrepared(path), (prepared) => Effect.sync(prepared.close)).pipe(Effect.provideService(Scope.Scope, scope))

const prepareSplit = Effect.fnUntraced(function*({ drafts, scope }: DataSurroundings, tokenizer: Tokenizer, request: SplitRequest) {
  const step = digestOf(request.identity)
  let folder = yield* drafts.find(step)
  if (folder === null) {
    folder = drafts.begin(step)
    yield* prepareDrawn(tokenizer, folder, request)
    drafts.add(step, folder)
  }
  return openSplit(step, yield* readSummary(folder), yield* openFor(scope, join(folder, preparedName)), tokenizer.textOf)
})

/** The first `count` traces of a draw, under names of their own: the same problem may well be an easy example, too. */
async function* replayed(traces: OpenedTraces, count: number): AsyncIterable<PlacedTrace> {
  let taken = 0
  for await (const trace of tracesOf(traces.draw({ split: "train", count }))) {
    yield { ...trace, id: `replay/${trace.id}` }
    if (++taken === count) return
  }
  throw new SequenceError({
    code: "data-malformed", where: "train.replay", expected: `${count} records of ${traces.name}`, found: `${taken}`, advice: "Ask for fewer."
  })
}

export interface DataSurroundings {
  readonly registry: PluginRegistry
  readonly drafts: Drafts
  /** of the plan: what it has open is closed with it */
  readonly scope: Scope.Scope
}

/** Prepares training and validation data, or finds them prepared. What is open while it does so goes with it; the prepared data stay open. */
export const openData = (request: DataRequest, tokenizer: Tokenizer, tokenizerDigest: string, around: DataSurroundings) =>
  Effect.scoped(prepareData(request, tokenizer, tokenizerDigest, around))

const prepareData = Effect.fnUntraced(function*(
  { appendGenerationPrompt, data, evaluate, evaluateFolder, replay }: DataRequest,
  tokenizer: Tokenizer, tokenizerDigest: string, around: DataSurroundings
) {
  const { drafts, registry } = around
  const items = data.contamination.check === "off" ? [] : yield* itemsAsked(evaluate, registry, { cacheFolder: drafts.scratch, folder: evaluateFolder })
  const context = { registry, cacheFolder: drafts.scratch, items }
  const { train: numTrain, validation: numValidation, ...selection } = data
  const traces = yield* openDataTraces(selection, context)
  const again = replay === null ? null : { traces: yield* openReplayTraces(replay, data, context), count: replay.count }
  const { maxTokens, overLength, seed } = data
  const settings: PrepareSettings = {
    maxTokens, overLength, appendGenerationPrompt,
    // A data-set plugin tells it, also where it says that there is none.
    ...(traces.format !== null && (data.derivation === "strict" || data.derivation === "loose") ? { derivation: data.derivation } : {})
  }
  const identityOf = (split: "train" | "validation", count: number) => ({
    kind: "prepare", format: 2, tokenizer: tokenizerDigest, split, seed, count, maxTokens, overLength, appendGenerationPrompt, traces: traces.identity
  })
  const train = yield* prepareSplit(around, tokenizer, {
    split: "train", count: numTrain, traces, settings,
    identity: { ...identityOf("train", numTrain), replay: again === null ? null : { traces: again.traces.identity, count: again.count } },
    replay: () => again === null ? [] : replayed(again.traces, again.count)
  })
  const validation = numValidation === 0 ? null : yield* prepareSplit(around, tokenizer, {
    split: "validation", count: numValidation, traces, settings, identity: identityOf("validation", numValidation), replay: () => []
  })
  return {
    train, validation, mainRows: train.summary.mainRows, replayRows: train.summary.rows - train.summary.mainRows, source: traces.name
  } satisfies DataContext
})
