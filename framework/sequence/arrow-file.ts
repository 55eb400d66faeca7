/**
 * Arrow IPC files, written one record batch at a time and read one row at a time, so that memory does not grow with the data.
 *
 * Equal rows give equal bytes: where a batch ends depends on the rows alone, buffers are laid out by hand from typed arrays,
 * and nothing of the writer's surroundings (times, paths, versions) is in the file.
 *
 * A reader parses the batches' metadata once and keeps numbers of rows (where each begins, how long it is); a row's values lie
 * side by side in its batch and are read from there when they are asked for. A file may lie: what is read is checked first.
 */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs"
import { AsyncByteQueue, DataType, type Field, List, Message, RecordBatch, RecordBatchFileWriter, RecordBatchReader, Schema, Struct, makeData } from "apache-arrow"
import type { Data, TypeMap } from "apache-arrow"
import { reasonOf, SequenceError } from "./SequenceError.ts"
import { type ByteReader, readingAhead } from "./reading-ahead.ts"

/** Most rows of a record batch: some 700 kB at 160 tokens a row. */
export const batchRows = 1024
/** A batch ends once it holds so many values of its longest list: some 16 MB of tokens. */
export const batchValues = 1 << 22

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

/** A list column from its flat values and offsets, [N + 1]. */
export const listData = (field: Field, child: Data<DataType>, valueOffsets: Int32Array): Data<DataType> =>
  makeData({ type: new List(field), length: valueOffsets.length - 1, nullCount: 0, valueOffsets, child })

/** A list column whose every row is null. */
export const nullLists = (field: Field, child: Data<DataType>, count: number): Data<DataType> => makeData({
  type: new List(field), length: count, nullCount: count, nullBitmap: new Uint8Array(Math.ceil(count / 64) * 8), valueOffsets: new Int32Array(count + 1), child
})

/** Offsets of lists that lie one after the other, [N + 1]. */
export const offsetsOf = (lists: ReadonlyArray<{ readonly length: number }>): Int32Array => {
  const offsets = new Int32Array(lists.length + 1)
  lists.forEach((list, n) => { offsets[n + 1] = offsets[n]! + list.length })
  return offsets
}

/** Lists one after the other, in one array. */
export const joined = <A extends Int32Array | Uint8Array | Float32Array>(make: new (length: number) => A, lists: ReadonlyArray<A>): A => {
  const values = new make(lists.reduce((sum, list) => sum + list.length, 0))
  let at = 0
  for (const list of lists) {
    values.set(list as never, at)
    at += list.length
  }
  return values
}

/** What a batch of rows is in each column. */
type ToColumns<R> = (rows: ReadonlyArray<R>) => ReadonlyArray<Data<DataType>>

/**
 * Writes rows to `path` as they come, holding one batch of them, and syncs the file. Rejects with what `rows` throws.
 * @param valuesOf values of a row in its longest list
 */
export const writeArrowFile = async <R>(
  path: string, fields: ReadonlyArray<Field>, rows: Iterable<R> | AsyncIterable<R>, valuesOf: (row: R) => number, columns: ToColumns<R>
): Promise<void> => {
  const schema = new Schema([...fields])
  const descriptor = openSync(path, "w")
  try {
    const writer = new RecordBatchFileWriter<TypeMap>({ autoDestroy: false })
    writer.reset(new FileSink(descriptor), schema)
    let batch: Array<R> = []
    let values = 0
    const flush = () => {
      const children = columns(batch)
      writer.write(new RecordBatch(schema, makeData({ type: new Struct([...fields]), length: batch.length, nullCount: 0, children: [...children] })))
      batch = []
      values = 0
    }
    const add = (row: R) => {
      batch.push(row)
      values += valuesOf(row)
      if (batch.length === batchRows || values >= batchValues) flush()
    }
    // An await a row costs more than the row where none is needed.
    if (Symbol.asyncIterator in rows) for await (const row of rows) add(row)
    else for (const row of rows) add(row)
    if (batch.length > 0) flush()
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

/** A column of lists (or texts) by row. */
export interface ListColumn<A> {
  /** values of each row, [N] */
  readonly lengths_N: Int32Array
  /** values before row n, [N + 1]: a Float64Array, since they may be more than 2 ** 31 */
  readonly firsts_N1: Float64Array
  /** A copy of row n's values, read from the file. */
  readonly read: (n: number) => A
}

export interface ArrowFile {
  readonly count: number
  /** a column of whole numbers, -1 where it is null, [N] */
  readonly numbers: (name: string) => Int32Array
  readonly texts: (name: string) => ListColumn<Uint8Array>
  /** whether a column is null in every row; a file without rows says no */
  readonly isNull: (name: string) => boolean
  /** @param like a column whose lists are as long as this one's: they then share their numbers */
  readonly lists: <A extends Values>(name: string, make: Make<A>, like?: ListColumn<unknown>) => ListColumn<A>
  readonly close: () => void
}

type Values = Int32Array | Uint8Array | Float32Array
type Make<A> = { new (buffer: ArrayBufferLike, offset: number, length: number): A; readonly BYTES_PER_ELEMENT: number }

/** Bytes of the file, from `position` on. */
interface Region { readonly position: number; readonly bytes: number }
interface Batch {
  readonly firstRow: number
  readonly rows: number
  readonly nodes: ReadonlyArray<{ readonly length: number; readonly nullCount: number }>
  readonly regions: ReadonlyArray<Region>
}

const magic = "ARROW1"
const tailBytes = 4 + magic.length

/**
 * Opens `path`, reads where its batches lie and makes of it what `use` does, which reads no row either but may ask for numbers of all.
 * @throws SequenceError if the file is no Arrow file that we write, or its columns are not the expected ones; the file is closed then
 */
export const readArrowFile = <A>(path: string, fields: ReadonlyArray<Field>, use: (file: ArrowFile) => A): A => {
  const fault: Fault = (expected, found) => malformed(path, expected, found)
  let descriptor: number | null = null
  try {
    const opened = descriptor = openSync(path, "r")
    const { size } = fstatSync(opened)
    const fill: Fill = (position, bytes) => {
      for (let done = 0; done < bytes.length;) {
        const count = readSync(opened, bytes, done, bytes.length - done, position + done)
        if (count === 0) throw fault("as many bytes as when it was opened", "an early end")
        done += count
      }
      return bytes
    }
    return use(byRow(fault, fields, batchesOf(fault, fill, size, fields), fill, size, () => closeSync(opened)))
  } catch (thrown) {
    if (descriptor !== null) closeSync(descriptor)
    throw thrown instanceof SequenceError ? thrown : fault(descriptor === null ? "a file" : "an Arrow IPC file", reasonOf(thrown))
  }
}

type Fault = (expected: string, found: string) => SequenceError
type Fill = (position: number, bytes: Uint8Array) => Uint8Array

/** Reads the footer and the metadata of each batch. */
const batchesOf = (fault: Fault, fill: Fill, size: number, fields: ReadonlyArray<Field>): ReadonlyArray<Batch> => {
  if (size < 8 + tailBytes) throw fault("an Arrow IPC file", `${size} bytes`)
  const tail = Buffer.from(fill(size - tailBytes, new Uint8Array(tailBytes)))
  const footerBytes = tail.readInt32LE(0)
  if (tail.toString("latin1", 4) !== magic || footerBytes <= 0 || footerBytes > size - 8 - tailBytes) throw fault("an Arrow IPC file", "another end")
  // The library's reader takes beginning, footer and end for the file: it looks at batches only when asked for them.
  const outline = new Uint8Array(8 + footerBytes + tailBytes)
  fill(0, outline.subarray(0, 8))
  fill(size - tailBytes - footerBytes, outline.subarray(8))
  const reader = RecordBatchReader.from(outline)
  if (!reader.isFile()) throw fault("an Arrow IPC file", "another beginning")
  reader.open()
  const expected = fields.map(String).join(", ")
  const found = reader.schema?.fields.map(String).join(", ") ?? "no schema"
  if (found !== expected) throw fault(`columns ${expected}`, found)

  const batches: Array<Batch> = []
  let firstRow = 0
  for (const block of reader.footer?.recordBatches() ?? []) {
    const where = `record batch ${batches.length}`
    const body = block.offset + block.metaDataLength
    if (block.offset < 8 || block.metaDataLength < 16 || block.bodyLength < 0 || body + block.bodyLength > size) throw fault(`${where} within the file`, "it beyond")
    const metadata = fill(block.offset, new Uint8Array(block.metaDataLength))
    const isMarked = new DataView(metadata.buffer).getInt32(0, true) === -1
    const message = Message.decode(metadata.subarray(isMarked ? 8 : 4))
    if (!message.isRecordBatch()) throw fault(where, "another message")
    const { buffers, compression, length, nodes } = message.header()
    if (compression !== null) throw fault(`${where} without compression`, "compression")
    // A row takes four bytes at least: a batch that claims more rows would have arrays made for them.
    if (length < 0 || 4 * length > block.bodyLength || buffers.length !== countOf(fields, partsOf) || nodes.length !== countOf(fields, nodesOf)) throw fault(`${where} with all columns`, "others")
    for (const { length: bytes, offset } of buffers) {
      if (offset < 0 || bytes < 0 || offset + bytes > block.bodyLength) throw fault(`columns within ${where}`, "one beyond")
    }
    batches.push({
      firstRow, rows: length, nodes: nodes.map((node) => ({ length: node.length, nullCount: node.nullCount })),
      regions: buffers.map((buffer) => ({ position: body + buffer.offset, bytes: buffer.length }))
    })
    firstRow += length
  }
  return batches
}

/** Regions that a column takes: validity and values; validity, offsets and values; or those of a list and of its values. */
const partsOf = ({ type }: Field): number => DataType.isList(type) ? 4 : DataType.isUtf8(type) ? 3 : 2
const nodesOf = ({ type }: Field): number => DataType.isList(type) ? 2 : 1
const countOf = (fields: ReadonlyArray<Field>, of: (field: Field) => number): number => fields.reduce((sum, field) => sum + of(field), 0)

const byRow = (
  fault: Fault, fields: ReadonlyArray<Field>, batches: ReadonlyArray<Batch>, fill: Fill, size: number, close: () => void
): ArrowFile => {
  const count = batches.reduce((sum, batch) => sum + batch.rows, 0)
  /** The column's first node and region in each batch. */
  const find = (name: string) => {
    const index = fields.findIndex((field) => field.name === name)
    const before = fields.slice(0, index)
    return { field: fields[index]!, node: countOf(before, nodesOf), region: countOf(before, partsOf) }
  }
  const ints = (region: Region, length: number, what: string): Int32Array => {
    if (region.bytes < 4 * length) throw fault(`${4 * length} bytes of ${what}`, `${region.bytes}`)
    return new Int32Array(fill(region.position, new Uint8Array(4 * length)).buffer)
  }
  const numbers = (name: string): Int32Array => {
    const { field, node, region } = find(name)
    const all = new Int32Array(count)
    for (const { firstRow, nodes, regions, rows } of batches) {
      const { length, nullCount } = nodes[node]!
      if (length !== rows || (nullCount !== 0 && !field.nullable)) throw fault(`${rows} values of ${name}`, `${length} and ${nullCount} nulls`)
      all.set(ints(regions[region + 1]!, rows, name), firstRow)
      if (nullCount === 0) continue
      const bytes = Math.ceil(rows / 8)
      if (regions[region]!.bytes < bytes) throw fault(`${bytes} bytes of nulls of ${name}`, `${regions[region]!.bytes}`)
      const isValid = fill(regions[region]!.position, new Uint8Array(bytes))
      for (let n = 0; n < rows; n++) if ((isValid[n >> 3]! >> (n & 7) & 1) === 0) all[firstRow + n] = -1
    }
    return all
  }
  const isNull = (name: string): boolean => {
    const { field, node } = find(name)
    return field.nullable && count > 0 && batches.every(({ nodes, rows }) => nodes[node]!.nullCount === rows)
  }
  let lastBatch = 0
  const batchOf = (n: number): number => {
    const isIn = (index: number) => n >= batches[index]!.firstRow && n < batches[index]!.firstRow + batches[index]!.rows
    if (isIn(lastBatch)) return lastBatch
    let [low, high] = [0, batches.length - 1]
    while (low < high) {
      const middle = low + high + 1 >> 1
      if (batches[middle]!.firstRow <= n) low = middle
      else high = middle - 1
    }
    return lastBatch = low
  }
  /** @param width bytes of a value   @param of the region that holds the values, after the column's first */
  const listsOf = (name: string, width: number, of: number, like?: ListColumn<unknown>): ListColumn<Uint8Array> => {
    const { node, region } = find(name)
    const lengths_N = like?.lengths_N ?? new Int32Array(count)
    const firsts_N1 = like?.firsts_N1 ?? new Float64Array(count + 1)
    /** where each batch's first value lies */
    const bases = new Float64Array(batches.length)
    for (const [index, { firstRow, nodes, regions, rows }] of batches.entries()) {
      const { length, nullCount } = nodes[node]!
      if (length !== rows || nullCount !== 0) throw fault(`${rows} values of ${name}`, `${length} and ${nullCount} nulls`)
      if (of === 3 && nodes[node + 1]!.nullCount !== 0) throw fault(`no nulls within ${name}`, `${nodes[node + 1]!.nullCount}`)
      const offsets = rows === 0 ? new Int32Array(1) : ints(regions[region + 1]!, rows + 1, name)
      for (let n = 0; n < rows; n++) {
        const length = offsets[n + 1]! - offsets[n]!
        if (offsets[n]! < 0 || length < 0) throw fault("offsets that go up", `${offsets[n]} and ${offsets[n + 1]} at row ${firstRow + n} of ${name}`)
        if (like !== undefined && lengths_N[firstRow + n] !== length) throw fault(`${lengths_N[firstRow + n]} values of ${name} in row ${firstRow + n}`, `${length}`)
        lengths_N[firstRow + n] = length
        firsts_N1[firstRow + n + 1] = firsts_N1[firstRow + n]! + length
      }
      const values = Math.floor(regions[region + of]!.bytes / width)
      if (offsets[rows]! > values) throw fault(`offsets of at most ${values}`, `${offsets[rows]} in ${name}`)
      bases[index] = regions[region + of]!.position + width * offsets[0]!
    }
    const bytes: ByteReader = readingAhead(fill, size)
    return {
      lengths_N, firsts_N1,
      read: (n) => {
        if (!(n >= 0 && n < count)) throw fault(`a row of ${count}`, `a question for row ${n}`)
        const batch = batchOf(n)
        return bytes(bases[batch]! + width * (firsts_N1[n]! - firsts_N1[batches[batch]!.firstRow]!), width * lengths_N[n]!)
      }
    }
  }
  return {
    count, numbers, isNull, close,
    texts: (name) => listsOf(name, 1, 2),
    lists: <A extends Values>(name: string, make: Make<A>, like?: ListColumn<unknown>) => {
      const column = listsOf(name, make.BYTES_PER_ELEMENT, 3, like)
      return { ...column, read: (n) => new make(column.read(n).buffer, 0, column.lengths_N[n]!) }
    }
  }
}
