/** Leadspan's public API: what a plugin or a program imports. */
export { Schema } from "effect"
export { keptLength } from "./plugin/kept-length.ts"
export { withDefault } from "./spec/schema/annotate.ts"
export {
  defineBenchmark,
  defineDataset,
  defineLoss,
  defineModel,
  defineSelector,
  defineTruncation
} from "./plugin/define.ts"
export type {
  BenchmarkItem,
  BenchmarkPlugin,
  DatasetPlugin,
  DatasetRequest,
  LossOps,
  LossPlugin,
  LossTensor,
  ModelPlugin,
  Output,
  Plugin,
  SelectorPlugin,
  SequenceInfo,
  TraceRecord,
  TruncationPlugin
} from "./plugin/define.ts"
