/** Leadspan's public API: what a plugin or a program imports. */
export { Schema } from "effect"
export { freeTextAnswers } from "./evaluation/free-text-answers.ts"
export { keptLength } from "./plugin/kept-length.ts"
export { findMarkers, markerClasses } from "./sequence/find-markers.ts"
export type { Marker, MarkerClass } from "./sequence/find-markers.ts"
export { withDefault } from "./spec/schema/annotate.ts"
export {
  defineBenchmark,
  defineDataset,
  defineFormat,
  defineLoss,
  defineModel,
  defineSelector,
  defineTransform,
  defineTruncation
} from "./plugin/define.ts"
export type {
  BenchmarkItem,
  BenchmarkPlugin,
  BenchmarkRecords,
  DatasetPlugin,
  DatasetRequest,
  FormatPlugin,
  FormatTrace,
  Kept,
  LossOps,
  LossPlugin,
  LossTensor,
  ModelPlugin,
  Output,
  Plugin,
  RandomOf,
  RawRecord,
  RecordPosition,
  RecordsPlace,
  Refusal,
  SelectorContext,
  SelectorExample,
  SelectorPlugin,
  SequenceInfo,
  Spans,
  TokenMeasures,
  TraceRecord,
  TransformPlugin,
  TruncationContext,
  TruncationExample,
  TruncationPlugin
} from "./plugin/define.ts"
