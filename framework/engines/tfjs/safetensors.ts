/**
 * The safetensors format: eight bytes with the header's length, a JSON header, then the tensors' bytes without gaps.
 * A file is taken for hostile until its header fits its size; nothing is allocated by what a header claims.
 * @source https://huggingface.co/docs/safetensors (format)
 */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import {
  failuresOf, maxHeaderBytes, parseHeader, SafetensorsError, type SafetensorsHeader, type SafetensorsProblem, shown
} from "./safetensors-header.ts"

export { SafetensorsError, type SafetensorsProblem }

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
  const fail = failuresOf(file)
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
    if (stat.size < 8 || !readFully(descriptor, prefix, 0)) {
      throw fail("truncated", `it has ${stat.size} bytes, too few for a safetensors header`)
    }
    const headerBytes = prefix.readBigUInt64LE()
    if (headerBytes > BigInt(maxHeaderBytes)) {
      throw fail("header-too-large", `its header claims ${headerBytes} bytes, at most ${maxHeaderBytes} are read`)
    }
    const dataOffset = 8 + Number(headerBytes)
    if (dataOffset > stat.size) {
      throw fail("truncated", `its header claims ${headerBytes} bytes, the file holds ${stat.size - 8} more`)
    }
    const text = Buffer.alloc(Number(headerBytes))
    if (!readFully(descriptor, text, 8)) throw fail("truncated", "its header ends early")
    const header = parseHeader(file, text.toString("utf8"), dataOffset, stat.size)
    return {
      ...header,
      values: (name) => {
        const entry = header.tensors.get(name)
        if (entry === undefined) throw fail("unknown-tensor", `it holds no tensor "${shown(name)}"`)
        const bytes = new Uint8Array(entry.end - entry.begin)
        if (!readFully(descriptor, bytes, dataOffset + entry.begin)) {
          throw fail("truncated", `tensor "${shown(name)}" ends early`)
        }
        const widened = widen(entry.dtype, bytes)
        if (widened === undefined) {
          throw fail("unsupported-dtype", `tensor "${shown(name)}" is ${entry.dtype}, expected F32, F16 or BF16`)
        }
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
      for (let done = 0; done < bytes.length;) {
        done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 30))
      }
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
