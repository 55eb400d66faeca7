/**
 * The safetensors format: eight bytes with the header's length, a JSON header, then the tensors' bytes without gaps.
 * A file is taken for hostile until its header fits its size; nothing is allocated by what a header claims.
 * @source https://huggingface.co/docs/safetensors (format)
 */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname } from "node:path"
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
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2, I32: 4, U32: 4, F32: 4, F64: 8, I64: 8, U64: 8
}

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0

/**
 * Checks the header of a file of `fileBytes` bytes, given the header's text and where the data begins.
 * @throws SafetensorsError if anything in it does not fit the file
 */
const parseHeader = (file: string, text: string, dataOffset: number, fileBytes: number): SafetensorsHeader => {
  const fail = (problem: SafetensorsProblem, message: string) => new SafetensorsError({ file, problem, message: `${file}: ${message}.` })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw fail("header-not-json", "the safetensors header is not JSON; the file is damaged or of another format")
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw fail("header-invalid", "the safetensors header is not a map of tensors")
  const tensors = new Map<string, TensorEntry>()
  const metadata = new Map<string, string>()
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== "object" || value === null) throw fail("header-invalid", `the header's entry "${shown(name)}" is not a map`)
    if (name === "__metadata__") {
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== "string") throw fail("header-invalid", "the header's metadata holds something that is not text")
        metadata.set(key, text)
      }
      continue
    }
    const { dtype, shape, data_offsets: offsets } = value as { dtype?: unknown; shape?: unknown; data_offsets?: unknown }
    if (typeof dtype !== "string" || !Object.hasOwn(bytesOf, dtype)) throw fail("unsupported-dtype", `tensor "${shown(name)}" has an unknown dtype`)
    if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount)) throw fail("header-invalid", `tensor "${shown(name)}" has no sound shape`)
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) throw fail("header-invalid", `tensor "${shown(name)}" has no sound data_offsets`)
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
  if (at > dataBytes) throw fail("truncated", `the header promises ${at} bytes of tensors, the file holds ${dataBytes}; fetch it again`)
  if (at < dataBytes) throw fail("trailing-bytes", `${dataBytes - at} bytes after the last tensor belong to none`)
  return { tensors, metadata, dataOffset }
}

const shown = (name: string) => name.length > 80 ? `${name.slice(0, 77)}...` : name

const readFully = (descriptor: number, buffer: Uint8Array, position: number): boolean => {
  let done = 0
  while (done < buffer.length) {
    const read = readSync(descriptor, buffer, done, Math.min(buffer.length - done, 1 << 30), position + done)
    if (read === 0) return false
    done += read
  }
  return true
}

/** An open safetensors file: its header, and tensors read one at a time. Close it. */
export interface SafetensorsFile extends SafetensorsHeader {
  /**
   * A tensor's values, row-major; F16 and BF16 are widened, which is exact.
   * @throws SafetensorsError if there is no such tensor, or it is of another type
   */
  readonly values: (name: string) => Float32Array
  readonly close: () => void
}

/**
 * Opens a safetensors file and checks its whole header against its size.
 * @throws SafetensorsError whatever is wrong with it
 */
export const openSafetensors = (file: string): SafetensorsFile => {
  const fail = (problem: SafetensorsProblem, message: string) => new SafetensorsError({ file, problem, message: `${file}: ${message}.` })
  let descriptor: number
  try {
    descriptor = openSync(file, "r")
  } catch {
    throw fail("unreadable", "there is no such file, or it cannot be read")
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw fail("unreadable", "it is not a file")
    const prefix = Buffer.alloc(8)
    if (stat.size < 8 || !readFully(descriptor, prefix, 0)) throw fail("truncated", `it has ${stat.size} bytes, too few for a safetensors header`)
    const headerBytes = prefix.readBigUInt64LE()
    if (headerBytes > BigInt(maxHeaderBytes)) throw fail("header-too-large", `its header claims ${headerBytes} bytes, at most ${maxHeaderBytes} are read`)
    const dataOffset = 8 + Number(headerBytes)
    if (dataOffset > stat.size) throw fail("truncated", `its header claims ${headerBytes} bytes, the file holds ${stat.size - 8} more`)
    const text = Buffer.alloc(Number(headerBytes))
    if (!readFully(descriptor, text, 8)) throw fail("truncated", "its header ends early")
    const header = parseHeader(file, text.toString("utf8"), dataOffset, stat.size)
    return {
      ...header,
      values: (name) => {
        const entry = header.tensors.get(name)
        if (entry === undefined) throw fail("unknown-tensor", `it holds no tensor "${shown(name)}"`)
        const bytes = new Uint8Array(entry.end - entry.begin)
        if (!readFully(descriptor, bytes, dataOffset + entry.begin)) throw fail("truncated", `tensor "${shown(name)}" ends early`)
        const widened = widen(entry.dtype, bytes)
        if (widened === undefined) throw fail("unsupported-dtype", `tensor "${shown(name)}" is ${entry.dtype}, expected F32, F16 or BF16`)
        return widened
      },
      close: () => closeSync(descriptor)
    }
  } catch (problem) {
    closeSync(descriptor)
    throw problem
  }
}

const widen = (dtype: string, bytes: Uint8Array): Float32Array | undefined => {
  if (dtype === "F32") return new Float32Array(bytes.buffer)
  if (dtype !== "F16" && dtype !== "BF16") return undefined
  const halves = new Uint16Array(bytes.buffer)
  const values = new Float32Array(halves.length)
  if (dtype === "BF16") {
    const bits = new Uint32Array(values.buffer)
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  } else {
    for (let i = 0; i < halves.length; i++) values[i] = halfToNumber(halves[i]!)
  }
  return values
}

/** IEEE half precision to a number, exactly. */
export const halfToNumber = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/**
 * Writes float32 tensors, sorted by name, so that equal contents are equal bytes. Written under a temporary name,
 * synced, then renamed: the file is there whole or not at all.
 * @param metadata text values only; `transformers` asks for `format: "pt"`
 */
export const writeSafetensors = (
  file: string,
  tensors: Readonly<Record<string, { readonly shape: ReadonlyArray<number>; readonly values: Float32Array }>>,
  metadata: Readonly<Record<string, string>> = { format: "pt" }
): void => {
  const names = Object.keys(tensors).sort()
  const header: Record<string, unknown> = { __metadata__: metadata }
  let at = 0
  for (const name of names) {
    const { shape, values } = tensors[name]!
    header[name] = { dtype: "F32", shape, data_offsets: [at, at + values.byteLength] }
    at += values.byteLength
  }
  let text = Buffer.from(JSON.stringify(header))
  // the data begins at a multiple of eight, so that it can be mapped
  text = Buffer.concat([text, Buffer.alloc((8 - text.length % 8) % 8, " ")])
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(text.length))
  const temporary = `${file}.${process.pid}.tmp`
  const descriptor = openSync(temporary, "w")
  try {
    for (const bytes of [prefix, text, ...names.map((name) => asBytes(tensors[name]!.values))]) {
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 30))
    }
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, file)
    syncFolder(dirname(file))
  } catch (problem) {
    rmSync(temporary, { force: true })
    throw problem
  }
}

const asBytes = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

const syncFolder = (folder: string) => {
  const descriptor = openSync(folder, "r")
  fsyncSync(descriptor)
  closeSync(descriptor)
}
