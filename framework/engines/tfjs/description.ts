/** The embedded engine, as the planner sees it. Loads no TensorFlow. */
import { Effect } from "effect"
import type { EngineDescription } from "../Engine.ts"

/** Raised whenever the recorded step's mathematics or order of operations changes. */
const graphVersion = 1
const tensorflowVersion = "2.21.0"

export const tfjsEngine: EngineDescription = {
  name: "tfjs",
  architectures: ["llama", "qwen2", "qwen3"],
  capabilities: { bf16: false, gpus: true },
  checkModel: (folder) => Effect.tryPromise({
    try: async () => {
      const { readModel } = await import("./folder.ts")
      readModel(folder)
    },
    catch: (problem) => (problem as Error).message.replace(/\.$/, "")
  }),
  numerics: ({ threadsPerTrial, onednn, recordGraphs, usesGpu }) =>
    `tfjs graph ${graphVersion}, tensorflow ${tensorflowVersion}, ${threadsPerTrial} threads, ` +
    `oneDNN ${onednn ? "on" : "off"}, ${recordGraphs ? "recorded" : "op by op"}${usesGpu ? ", CUDA" : ""}`,
  workerFile: "worker-tfjs.js",
  environment: ({ threadsPerTrial, onednn, usesGpu }) => ({
    TF_NUM_INTRAOP_THREADS: String(threadsPerTrial),
    TF_NUM_INTEROP_THREADS: "1",
    OMP_NUM_THREADS: String(threadsPerTrial),
    TF_ENABLE_ONEDNN_OPTS: onednn ? "1" : "0",
    TF_CPP_MIN_LOG_LEVEL: "2",
    // A library bound to CUDA takes any GPU that it sees: without one asked for it sees none.
    ...(usesGpu ? {} : { CUDA_VISIBLE_DEVICES: "" })
  }),
  assumedFlopsPerSecond: 2e10
}
