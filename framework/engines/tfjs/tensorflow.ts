/**
 * The only door to TensorFlow: nothing else imports `@tensorflow/tfjs-node-gpu`, so the command line starts without it.
 * Loaded on first use (about a second), then kept.
 */
import { createRequire } from "node:module"
import { Data } from "effect"

export type Tf = typeof import("@tensorflow/tfjs-node-gpu")
export type Tensor = import("@tensorflow/tfjs-node-gpu").Tensor
/** Weights by their Hugging Face names. */
export type NamedTensors = Readonly<Record<string, Tensor>>

/** TensorFlow's library or its binding is not there, or does not load. */
export class TensorflowMissing extends Data.TaggedError("TensorflowMissing")<{
  readonly detail: string
  readonly message: string
}> {}

let loaded: Tf | undefined

/**
 * TensorFlow, ready for use.
 * @throws TensorflowMissing if the binding is missing or cannot be loaded; its text names the command that mends it
 */
export const tensorflow = (): Tf => {
  if (loaded !== undefined) return loaded
  // Must be set before the library is opened; what TensorFlow's C++ says below an error is noise in a trial's log.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2"
  const inform = console.info
  const warn = console.warn
  try {
    // tfjs greets with advice to install a faster backend, which this is
    console.info = () => {}
    console.warn = () => {}
    loaded = createRequire(import.meta.url)("@tensorflow/tfjs-node-gpu") as Tf
    return loaded
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause)
    throw new TensorflowMissing({
      detail,
      message: `TensorFlow's library is not set up (${detail}): run \`npx leadspan setup\`.`
    })
  } finally {
    console.info = inform
    console.warn = warn
  }
}

/** Version of the TensorFlow library in use, e.g. "2.21.0". */
export const tensorflowVersion = (): string => kernels().binding.TF_Version

interface Binding {
  readonly TF_Version: string
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_TYPE: number
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_BOOL: number
}

interface KernelBackend {
  readonly binding: Binding
  readonly executeSingleOutput: (op: string, attributes: ReadonlyArray<object>, inputs: ReadonlyArray<Tensor>) => Tensor
}

const kernels = () => tensorflow().backend() as unknown as KernelBackend

/** Value of a TensorFlow attribute: a boolean, an integer, or an element type. */
export type Attribute = boolean | number | "float32" | "int32" | "bool"

/**
 * Runs one TensorFlow operation by its own name, beside tfjs's API: for kernels that tfjs does not offer, or that it
 * slows down by reading inputs back. Goes through the same door as every tfjs kernel, so it is recorded like them.
 * No gradient: call it inside `tf.customGrad`.
 */
export const execute = (
  op: string, attributes: Readonly<Record<string, Attribute>>, inputs: ReadonlyArray<Tensor>
): Tensor => {
  const backend = kernels()
  const { binding } = backend
  const elementTypes = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL }
  return backend.executeSingleOutput(
    op,
    Object.entries(attributes).map(([name, value]) =>
      typeof value === "boolean" ? { name, type: binding.TF_ATTR_BOOL, value }
        : typeof value === "number" ? { name, type: binding.TF_ATTR_INT, value }
        : { name, type: binding.TF_ATTR_TYPE, value: elementTypes[value] }),
    inputs
  )
}
