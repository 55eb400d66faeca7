/**
 * The header of a safetensors file, taken for hostile until all of it fits the file: nothing is allocated by what it claims.
 * @source https://huggingface.co/docs/safetensors (format)
 */
import { Data } from "effect"

export type SafetensorsProblem =
  | "unreadable" | "truncated" | "header-too-large" | "header-not-json" | "header-invalid" | "overlap" | "gap"
  | "trailing-bytes" | "unsupported-dtype" | "unknown-tensor"

/** A file that is no sound safetensors file, or lacks what was asked of it. */
export class SafetensorsError extends Data.TaggedError("SafetensorsError")<{
  readonly file: string
  readonly problem: SafetensorsProblem
  readonly message: string
}> {}

/** One tensor as the header describes it: its bytes are [begin, end) after the header. */
export interface TensorEntry {
  readonly dtype: string
  readonly shape: ReadonlyArray<number>
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>
  readonly metadata: ReadonlyMap<string, string>
  /** where the tensors' bytes begin in the file */
  readonly dataOffset: number
}

/** Headers above this are refused; the format's own limit. */
export const maxHeaderBytes = 100_000_000
const maxRank = 16

const bytesOf: Readonly<Record<string, number>> = {
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2, I32: 4, U32: 4, F32: 4,
  F64: 8, I64: 8, U64: 8
}

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0

export const failuresOf = (file: string) => (problem: SafetensorsProblem, message: string) =>
  new SafetensorsError({ file, problem, message: `${file}: ${message}.` })

/**
 * Checks the header of a file of `fileBytes` bytes, given the header's text and where the data begins.
 * @throws SafetensorsError if anything in it does not fit the file
 */
export const parseHeader = (file: string, text: string, dataOffset: number, fileBytes: number): SafetensorsHeader => {
  const fail = failuresOf(file)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw fail("header-not-json", "the safetensors header is not JSON; the file is damaged or of another format")
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw fail("header-invalid", "the safetensors header is not a map of tensors")
  }
  const tensors = new Map<string, TensorEntry>()
  const metadata = new Map<string, string>()
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== "object" || value === null) {
      throw fail("header-invalid", `the header's entry "${shown(name)}" is not a map`)
    }
    if (name === "__metadata__") {
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== "string") {
          throw fail("header-invalid", "the header's metadata holds something that is not text")
        }
        metadata.set(key, text)
      }
      continue
    }
    const { dtype, shape, data_offsets: offsets } = value as { dtype?: unknown; shape?: unknown; data_offsets?: unknown }
    if (typeof dtype !== "string" || !Object.hasOwn(bytesOf, dtype)) {
      throw fail("unsupported-dtype", `tensor "${shown(name)}" has an unknown dtype`)
    }
    if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount)) {
      throw fail("header-invalid", `tensor "${shown(name)}" has no sound shape`)
    }
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
      throw fail("header-invalid", `tensor "${shown(name)}" has no sound data_offsets`)
    }
    const [begin, end] = offsets as [number, number]
    const bytes = shape.reduce((product, size) => product * size, 1) * bytesOf[dtype]!
    if (end < begin || end - begin !== bytes) {
      throw fail("header-invalid", `tensor "${shown(name)}" says ${dtype} [${shape.join(", ")}], ${bytes} bytes, but spans ${end - begin}`)
    }
    tensors.set(name, { dtype, shape, begin, end })
  }
  let at = 0
  for (const [name, { begin, end }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) throw fail("overlap", `tensor "${shown(name)}" overlaps another one`)
    if (begin > at) throw fail("gap", `${begin - at} bytes before tensor "${shown(name)}" belong to none`)
    at = end
  }
  const dataBytes = fileBytes - dataOffset
  if (at > dataBytes) {
    throw fail("truncated", `the header promises ${at} bytes of tensors, the file holds ${dataBytes}; fetch it again`)
  }
  if (at < dataBytes) throw fail("trailing-bytes", `${dataBytes - at} bytes after the last tensor belong to none`)
  return { tensors, metadata, dataOffset }
}

export const shown = (name: string) => name.length > 80 ? `${name.slice(0, 77)}...` : name
