/**
 * Arrow IPC files, written and read one record batch at a time, so that memory does not grow with the data.
 *
 * Equal rows give equal bytes: batches have a fixed number of rows, buffers are laid out by hand from typed arrays, and
 * nothing of the writer's surroundings (times, paths, versions) is in the file.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs"
import { open } from "node:fs/promises"
import { AsyncByteQueue, type Field, List, RecordBatch, RecordBatchFileWriter, RecordBatchReader, Schema, Struct, makeData } from "apache-arrow"
import type { Data, DataType, TypeMap } from "apache-arrow"
import { reasonOf, SequenceError } from "./SequenceError.ts"

/** Rows of a record batch: some 700 kB at 160 tokens a row, 16 MB at 4,000. */
export const batchRows = 1024

/** Takes the writer's bytes to a file as they come. */
class FileSink extends AsyncByteQueue<Uint8Array> {
  readonly #descriptor: number
  constructor(descriptor: number) {
    super()
    this.#descriptor = descriptor
  }
  override write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength;) at += writeSync(this.#descriptor, bytes, at)
  }
  override close(): void {}
}

export interface Column {
  readonly field: Field
  readonly data: Data<DataType>
}

/** A list column from its flat values and offsets, [N + 1]. */
export const listData = (field: Field, child: Data<DataType>, valueOffsets: Int32Array): Data<DataType> =>
  makeData({ type: new List(field), length: valueOffsets.length - 1, nullCount: 0, valueOffsets, child })

/** Writes record batches of the given fields to `path` and syncs the file. */
export const writeArrowFile = (path: string, fields: ReadonlyArray<Field>, batches: Iterable<ReadonlyArray<Data<DataType>>>): void => {
  const schema = new Schema([...fields])
  const descriptor = openSync(path, "w")
  try {
    const writer = new RecordBatchFileWriter<TypeMap>({ autoDestroy: false })
    writer.reset(new FileSink(descriptor), schema)
    for (const children of batches) {
      const length = children[0]!.length
      writer.write(new RecordBatch(schema, makeData({ type: new Struct([...fields]), length, nullCount: 0, children: [...children] })))
    }
    writer.close()
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A prepared file or a view that is not what we write. */
export const malformed = (path: string, expected: string, found: string) => new SequenceError({
  code: "data-malformed", where: path, expected, found, advice: "Remove the step's output; it is made again by the next run."
})

/**
 * Offsets of a column's rows into its values, [rows + 1]: checked, because a file may lie.
 * @throws SequenceError unless they go up and stay within `values`
 */
export const rowOffsets = (path: string, column: Data<DataType>, rows: number, values: number): Int32Array => {
  const offsets = column.valueOffsets as Int32Array
  if (offsets.length < rows + 1) throw malformed(path, `${rows + 1} offsets`, `${offsets.length}`)
  for (let n = 0; n < rows; n++) {
    if (offsets[n]! < 0 || offsets[n + 1]! < offsets[n]!) throw malformed(path, "offsets that go up", `${offsets[n]} and ${offsets[n + 1]} at row ${n}`)
  }
  if (offsets[rows]! > values) throw malformed(path, `offsets of at most ${values}`, `${offsets[rows]}`)
  return offsets
}

/** Values of a list column, all rows one after the other. */
export const listValues = (column: Data<DataType>): Int32Array | Uint8Array | Float32Array => column.children[0]!.values

/** Columns of one record batch, by name, as they lie in the file. */
export type BatchColumns = (name: string) => Data<DataType>

/**
 * Reads `path` batch by batch.
 * @throws SequenceError (rejects) if the file is no Arrow file or its columns are not the expected ones
 */
export const readArrowFile = async (
  path: string, fields: ReadonlyArray<Field>, onBatch: (columns: BatchColumns, rows: number) => void
): Promise<void> => {
  const file = await open(path, "r").catch((thrown: unknown) => { throw malformed(path, "a file", reasonOf(thrown)) })
  try {
    const reader = await RecordBatchReader.from(file)
    await reader.open()
    const expected = fields.map(String).join(", ")
    const found = reader.schema?.fields.map(String).join(", ") ?? "no schema"
    if (found !== expected) throw malformed(path, `columns ${expected}`, found)
    for await (const batch of reader) {
      onBatch((name) => batch.getChild(name)!.data[0]!, batch.numRows)
    }
  } catch (thrown) {
    throw thrown instanceof SequenceError ? thrown : malformed(path, "an Arrow IPC file", reasonOf(thrown))
  } finally {
    await file.close()
  }
}
