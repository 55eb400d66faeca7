/**
 * Reads a teacher store: what the teacher said at every position of every whole sequence, written once by `teach.ts`.
 * Position t of a row is the distribution of token t + 1. A cell that keeps a prefix reads the same rows, fewer positions.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { InvalidTask } from "./InvalidTask.ts"
import { halfToNumber } from "./safetensors.ts"
import type { TeacherForm } from "./teacher-targets.ts"

export const StoreDescription = Schema.Struct({
  format: Schema.Literal(1),
  mode: Schema.Literals(["full", "topk"]),
  k: Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))),
  dtype: Schema.Literals(["float32", "float16"]),
  vocabulary: Schema.Int.check(Schema.isGreaterThan(0)),
  /** those for which `lse.bin` holds a column; empty in a full store */
  temperatures: Schema.Array(Schema.Finite),
  rows: Schema.Natural,
  /** [rows + 1], in tokens */
  rowOffsets: Schema.Array(Schema.Natural),
  /** largest difference of logits at the same position between whole sequences and their prefixes, over the samples tried */
  prefixDifference: Schema.optionalKey(Schema.Finite)
})
export type StoreDescription = typeof StoreDescription.Type

export interface TeacherStore {
  readonly description: StoreDescription
  readonly form: TeacherForm
  /**
   * Copies what the teacher said at positions [from, from + count) of a row into flat arrays, beginning at position `at` of them.
   * `temperature` picks the log-sum-exp of a top-k store.
   */
  readonly read: (row: number, from: number, count: number, into: TeacherArrays, at: number, temperature: number) => void
  readonly close: () => void
}

/** A micro-batch's teacher inputs (`teacher-targets.ts`), flat: [N, V], or [N, K] and [N]. */
export interface TeacherArrays {
  readonly logits: Float32Array
  readonly ids: Int32Array | null
  readonly lse: Float32Array | null
}

/** @throws InvalidTask if the folder holds no sound store */
export const openTeacherStore = (folder: string): TeacherStore => {
  const fault = (found: string) => new InvalidTask({ message: `${folder}: expected a teacher store, found ${found}; remove the step's output and run again` })
  const readDescription = (): StoreDescription => {
    try {
      return Schema.decodeUnknownSync(StoreDescription)(JSON.parse(readFileSync(join(folder, "store.json"), "utf8")))
    } catch (thrown) {
      throw fault(`a store.json that cannot be read (${thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown)})`)
    }
  }
  const description = readDescription()
  const { mode, k, vocabulary, dtype, temperatures, rowOffsets, rows } = description
  const width = mode === "full" ? vocabulary : k ?? 0
  const positions = rowOffsets.at(-1) ?? 0
  if (rowOffsets.length !== rows + 1 || width === 0) throw fault("a store.json that contradicts itself")

  const open = (name: string, bytesPerPosition: number) => {
    let descriptor: number
    try {
      descriptor = openSync(join(folder, name), "r")
    } catch {
      throw fault(`no ${name}`)
    }
    const { size } = fstatSync(descriptor)
    if (size !== positions * bytesPerPosition) throw fault(`${size} bytes in ${name} where ${positions * bytesPerPosition} are due`)
    return {
      descriptor,
      /** Fills `target` from position `position` on. */
      fill: (position: number, target: NodeJS.ArrayBufferView) => {
        const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
        for (let done = 0; done < bytes.length;) {
          const count = readSync(descriptor, bytes, done, bytes.length - done, position * bytesPerPosition + done)
          if (count === 0) throw fault(`an early end of ${name}`)
          done += count
        }
      }
    }
  }
  const bytesEach = dtype === "float16" ? 2 : 4
  const logits = open("logits.bin", width * bytesEach)
  const ids = mode === "topk" ? open("ids.bin", width * 4) : null
  const lse = mode === "topk" ? open("lse.bin", temperatures.length * 4) : null

  return {
    description,
    form: mode === "full" ? { mode } : { mode, k: width },
    read: (row, from, count, into, at, temperature) => {
      const first = rowOffsets[row]! + from
      if (first + count > rowOffsets[row + 1]!) throw fault(`fewer positions in row ${row} than the sequence has`)
      const target = into.logits.subarray(at * width, (at + count) * width)
      if (dtype === "float32") logits.fill(first, target)
      else {
        const halves = new Uint16Array(count * width)
        logits.fill(first, halves)
        for (let i = 0; i < halves.length; i++) target[i] = halfToNumber(halves[i]!)
      }
      if (ids === null || lse === null) return
      ids.fill(first, into.ids!.subarray(at * width, (at + count) * width))
      const column = temperatures.indexOf(temperature)
      if (column === -1) throw fault(`temperatures ${temperatures.join(", ")} where ${temperature} is asked for`)
      const all = new Float32Array(count * temperatures.length)
      lse.fill(first, all)
      for (let i = 0; i < count; i++) into.lse![at + i] = all[i * temperatures.length + column]!
    },
    close: () => {
      for (const file of [logits, ids, lse]) if (file !== null) closeSync(file.descriptor)
    }
  }
}

/** @throws InvalidTask if the teacher's tokens are not the student's */
export const checkStore = ({ description }: TeacherStore, vocabulary: number): void => {
  if (description.vocabulary !== vocabulary) {
    throw new InvalidTask({ message: `the teacher has ${description.vocabulary} tokens in its vocabulary, the student ${vocabulary}: distillation needs one tokenizer` })
  }
}

/** @throws InvalidTask if the store is of other prepared data */
export const checkRows = ({ description }: TeacherStore, count: number): void => {
  if (description.rows !== count) throw new InvalidTask({ message: `the teacher store holds ${description.rows} rows, the prepared data ${count}` })
}
