/** The safetensors reader against sound, foreign and hostile files, and the writer against the reader. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Arbitrary, Effect, Schema } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import { halfToNumber, openSafetensors, SafetensorsError, type SafetensorsProblem, writeSafetensors } from "../../../framework/engines/tfjs/safetensors.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-safetensors-"))
afterAll(() => rmSync(folder, { recursive: true }))

const fileOf = (header: unknown, dataBytes: number | Uint8Array, claimed?: bigint): string => {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header))
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(claimed ?? BigInt(text.length))
  const path = join(folder, "case.safetensors")
  writeFileSync(path, Buffer.concat([prefix, text, typeof dataBytes === "number" ? Buffer.alloc(dataBytes) : dataBytes]))
  return path
}

const problemOf = (path: string, read?: string): SafetensorsProblem | undefined => {
  try {
    const file = openSafetensors(path)
    try {
      if (read !== undefined) file.values(read)
    } finally {
      file.close()
    }
    return undefined
  } catch (problem) {
    expect(problem).toBeInstanceOf(SafetensorsError)
    expect((problem as SafetensorsError).message.split("\n")).toHaveLength(1)
    return (problem as SafetensorsError).problem
  }
}

const tensor = (shape: ReadonlyArray<unknown>, begin: unknown, end: unknown, dtype: unknown = "F32") => ({ dtype, shape, data_offsets: [begin, end] })

describe("hostile files", () => {
  it.each<[string, () => string, SafetensorsProblem]>([
    ["no file", () => join(folder, "nowhere"), "unreadable"],
    ["a folder", () => folder, "unreadable"],
    ["an empty file", () => { const path = join(folder, "empty"); writeFileSync(path, ""); return path }, "truncated"],
    ["a header length past the end", () => fileOf("{}", 0, 1000n), "truncated"],
    ["a header length of 2^64 - 1", () => fileOf("{}", 0, 0xffff_ffff_ffff_ffffn), "header-too-large"],
    ["a header length just above the bound", () => fileOf("{}", 0, 100_000_001n), "header-too-large"],
    ["no JSON", () => fileOf("{\"a\":", 0), "header-not-json"],
    ["a list", () => fileOf([], 0), "header-invalid"],
    ["deeply nested JSON", () => fileOf("[".repeat(100_000), 0), "header-not-json"],
    ["a tensor that is null", () => fileOf({ a: null }, 0), "header-invalid"],
    ["an unknown dtype", () => fileOf({ a: tensor([1], 0, 4, "F31") }, 4), "unsupported-dtype"],
    ["a dtype off the prototype", () => fileOf({ a: tensor([1], 0, 4, "constructor") }, 4), "unsupported-dtype"],
    ["a negative size", () => fileOf({ a: tensor([-1], 0, 4) }, 4), "header-invalid"],
    ["a size that is a fraction", () => fileOf({ a: tensor([0.5], 0, 2) }, 2), "header-invalid"],
    ["a size beyond safe integers", () => fileOf({ a: tensor([2 ** 60], 0, 4) }, 4), "header-invalid"],
    ["sizes whose product overflows", () => fileOf({ a: tensor([2 ** 52, 2 ** 52], 0, 4) }, 4), "header-invalid"],
    ["a rank of 100", () => fileOf({ a: tensor(Array.from({ length: 100 }, () => 1), 0, 4) }, 4), "header-invalid"],
    ["offsets that are no pair", () => fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4), "header-invalid"],
    ["offsets that run backwards", () => fileOf({ a: tensor([1], 4, 0) }, 4), "header-invalid"],
    ["a shape that lies about its bytes", () => fileOf({ a: tensor([3], 0, 8) }, 8), "header-invalid"],
    ["more bytes than the file holds", () => fileOf({ a: tensor([1000], 0, 4000) }, 8), "truncated"],
    ["overlapping tensors", () => fileOf({ a: tensor([2], 0, 8), b: tensor([2], 4, 12) }, 12), "overlap"],
    ["two names for the same bytes", () => fileOf({ a: tensor([2], 0, 8), b: tensor([2], 0, 8) }, 8), "overlap"],
    ["bytes between tensors", () => fileOf({ a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12), "gap"],
    ["bytes after the last tensor", () => fileOf({ a: tensor([1], 0, 4) }, 5), "trailing-bytes"],
    ["metadata that is no text", () => fileOf({ __metadata__: { a: 1 } }, 0), "header-invalid"]
  ])("refuses %s", (_, make, problem) => expect(problemOf(make())).toBe(problem))

  it("refuses integers where weights are asked for, and tensors that are not there", () => {
    const path = fileOf({ a: tensor([1], 0, 8, "I64") }, 8)
    expect(problemOf(path)).toBeUndefined()
    expect(problemOf(path, "a")).toBe("unsupported-dtype")
    expect(problemOf(path, "b")).toBe("unknown-tensor")
  })

  it("keeps a tensor named __proto__ to itself", () => {
    const path = fileOf(`{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4)
    const file = openSafetensors(path)
    expect([...file.tensors.keys()]).toEqual(["__proto__"])
    expect(({} as Record<string, unknown>)["dtype"]).toBeUndefined()
    file.close()
  })

  it("never fails other than by its own error, whatever bytes it is given", () => {
    const Bytes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))).check(Schema.isMaxLength(80))
    const sound = fileOf({ a: tensor([2], 0, 8), b: tensor([1], 8, 12) }, 12)
    const original = readFileSync(sound)
    const draws = Effect.runSync(Arbitrary.sampleEffect(Arbitrary.schema(Bytes), { count: 300, seed: 1 }) as Effect.Effect<ReadonlyArray<ReadonlyArray<number>>>)
    draws.forEach((bytes, index) => {
      const path = join(folder, "fuzz.safetensors")
      const damaged = Buffer.from(original)
      bytes.slice(0, 4).forEach((byte, at) => { damaged[(index * 13 + at * 29 + byte) % damaged.length] = byte })
      for (const content of [Buffer.from(bytes), damaged, original.subarray(0, index % original.length)]) {
        writeFileSync(path, content)
        problemOf(path)
      }
    })
  })
})

describe("values", () => {
  it("widens halves exactly", () => {
    expect([0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x7c00, 0xfc00].map(halfToNumber))
      .toEqual([0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, -2, 0.333251953125, 65504, Infinity, -Infinity])
    expect(halfToNumber(0x7e00)).toBeNaN()
  })

  it("reads F32, F16 and BF16", () => {
    const data = Buffer.alloc(8)
    data.writeFloatLE(1.5, 0)
    data.writeUInt16LE(0xc100, 4)
    data.writeUInt16LE(0xc020, 6)
    const file = openSafetensors(fileOf({ a: tensor([1], 0, 4), b: tensor([1, 1], 4, 6, "F16"), c: tensor([1], 6, 8, "BF16") }, data))
    expect(["a", "b", "c"].map((name) => [...file.values(name)])).toEqual([[1.5], [-2.5], [-2.5]])
    file.close()
  })

  it("writes what it reads back, the same bytes for the same content, and no temporary file stays", () => {
    const path = join(folder, "written", "..", "w.safetensors").replace("/written/..", "")
    const tensors = { b: { shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 1e-30) }, a: { shape: [], values: Float32Array.of(7) }, empty: { shape: [0, 3], values: new Float32Array() } }
    writeSafetensors(path, tensors, { format: "pt", step: "3" })
    const first = readFileSync(path)
    const file = openSafetensors(path)
    expect([...file.tensors.keys()]).toEqual(["a", "b", "empty"])
    expect(file.metadata.get("step")).toBe("3")
    expect(file.dataOffset % 8).toBe(0)
    for (const [name, { values }] of Object.entries(tensors)) expect(file.values(name)).toEqual(values)
    file.close()
    writeSafetensors(path, { empty: tensors.empty, a: tensors.a, b: tensors.b }, { format: "pt", step: "3" })
    expect(readFileSync(path)).toEqual(first)
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([])
  })
})
