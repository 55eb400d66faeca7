import type { FailureReason } from "../../Protocol.ts"

/** Errors that lie in what the task names, by tag: another attempt would meet them again. */
const inputTags: ReadonlySet<string> = new Set([
  "InvalidTask", "UnsupportedModel", "ModelFolderError", "SafetensorsError", "SequenceError", "TensorflowMissing", "LossProgramError"
])

const memoryWords = /\bOOM\b|out of memory|resource exhausted|bad_alloc|cannot allocate|allocation failed/iu

/** Why a task failed, as the runner's retries need to know it, and one line for people. */
export const explainFailure = (thrown: unknown): { readonly reason: typeof FailureReason.Type; readonly message: string } => {
  const tag = (thrown as { readonly _tag?: unknown } | null)?._tag
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 2000)
  if (tag === "NotFinite") return { reason: "not-finite", message }
  if (typeof tag === "string" && inputTags.has(tag)) return { reason: "invalid-input", message }
  if (memoryWords.test(message)) return { reason: "out-of-memory", message }
  return { reason: "internal", message: thrown instanceof Error && thrown.stack !== undefined ? thrown.stack.slice(0, 2000) : message }
}
