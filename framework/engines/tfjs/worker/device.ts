/** Where this process computes, and what of that bears on the numbers. */
import { readdirSync, readFileSync } from "node:fs"
import { cpus } from "node:os"
import type { Event } from "../../Protocol.ts"
import { tfjsEngine } from "../description.ts"
import { tensorflow, tensorflowVersion } from "../tensorflow.ts"

export const describeDevice = (): Pick<Extract<Event, { type: "ready" }>, "device" | "numerics"> => {
  const { isUsingGpuDevice } = tensorflow().backend() as unknown as { readonly isUsingGpuDevice: boolean }
  const numerics = tfjsEngine.numerics({
    threadsPerTrial: Number(process.env["TF_NUM_INTRAOP_THREADS"] ?? cpus().length),
    onednn: process.env["TF_ENABLE_ONEDNN_OPTS"] !== "0",
    recordGraphs: true,
    usesGpu: isUsingGpuDevice
  })
  return {
    device: {
      computes: isUsingGpuDevice ? gpuName() : "cpu", cpuModel: cpus()[0]?.model ?? "unknown", library: `tensorflow ${tensorflowVersion()}`
    },
    numerics
  }
}

const gpuName = (): string => {
  const folder = "/proc/driver/nvidia/gpus"
  try {
    const [first] = readdirSync(folder)
    return /Model:\s*(.+)/.exec(readFileSync(`${folder}/${first}/information`, "utf8"))?.[1]?.trim() ?? "CUDA GPU"
  } catch {
    return "CUDA GPU"
  }
}
