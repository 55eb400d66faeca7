/**
 * `measures.arrow`: what teacher and untrained student make of each token, in nats; what a selector may choose tokens by.
 *
 * Columns, a row for each of `prepared.arrow`, in its order: studentEntropy, teacherEntropy, divergence, each List<Float32>, a value a
 * token: that of the distribution which predicts it, 0 at the first token. Without a teacher the last two are null in every row.
 */
import { Field, Float32, List, makeData } from "apache-arrow"
import { Effect } from "effect"
import { type ArrowFile, joined, listData, malformed, nullLists, offsetsOf, readArrowFile, writeArrowFile } from "./arrow-file.ts"
import { rememberRows } from "./row-cache.ts"
import { attempt, type SequenceError } from "./SequenceError.ts"

/** Name of the file in the output of a `measure` step. */
export const measuresName = "measures.arrow"

/** Measures of a sequence of T tokens; those of the teacher are null where there is none. */
export interface MeasuredRow {
  readonly studentEntropy_T: Float32Array
  readonly teacherEntropy_T: Float32Array | null
  /** forward KL from the teacher to the student */
  readonly divergence_T: Float32Array | null
}

export interface Measures {
  readonly count: number
  /** tokens of each row, [N] */
  readonly lengths_N: Int32Array
  /** whether the rows have what is measured of the teacher */
  readonly hasTeacher: boolean
  /** Row n, read from the file; not to be changed. @throws SequenceError if the file lies about it */
  readonly row: (n: number) => MeasuredRow
  readonly close: () => void
}

const item = new Field("item", new Float32(), false)
const columns = [["studentEntropy", "studentEntropy_T"], ["teacherEntropy", "teacherEntropy_T"], ["divergence", "divergence_T"]] as const
const fields = columns.map(([name], index) => new Field(name, new List(item), index > 0))

const columnsOf = (rows: ReadonlyArray<MeasuredRow>) => columns.map(([, key]) => {
  const lists = rows.flatMap((row) => row[key] ?? [])
  if (lists.length % rows.length !== 0) throw new Error("rows with and without what is measured of the teacher")
  const values = joined(Float32Array, lists)
  const child = makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values })
  return lists.length === 0 ? nullLists(item, child, rows.length) : listData(item, child, offsetsOf(lists))
})

/**
 * Writes rows as they come; holds one batch at a time.
 * @param rows all with what is measured of the teacher, or all without   @returns rejects with what `rows` throws
 */
export const writeMeasures = (path: string, rows: Iterable<MeasuredRow> | AsyncIterable<MeasuredRow>): Promise<void> =>
  writeArrowFile(path, fields, rows, (row) => row.studentEntropy_T.length, columnsOf)

/** Opens a file of measures. Memory grows with the number of rows (36 bytes each), not with their tokens. */
export const readMeasures = (path: string): Effect.Effect<Measures, SequenceError> =>
  attempt(path, () => readArrowFile(path, fields, (file) => rowsOf(path, file)))

const rowsOf = (path: string, file: ArrowFile): Measures => {
  const student = file.lists("studentEntropy", Float32Array)
  const hasTeacher = !file.isNull("teacherEntropy")
  if (hasTeacher === file.isNull("divergence")) throw malformed(path, "teacherEntropy and divergence both, or neither", "one of them")
  const teacher = hasTeacher ? file.lists("teacherEntropy", Float32Array, student) : null
  const divergence = hasTeacher ? file.lists("divergence", Float32Array, student) : null
  const finite = (n: number, values: Float32Array): Float32Array => {
    for (const value of values) if (!Number.isFinite(value)) throw malformed(path, `finite numbers in row ${n}`, `${value}`)
    return values
  }
  const read = (n: number): MeasuredRow => ({
    studentEntropy_T: finite(n, student.read(n)),
    teacherEntropy_T: teacher === null ? null : finite(n, teacher.read(n)),
    divergence_T: divergence === null ? null : finite(n, divergence.read(n))
  })
  return {
    count: file.count, lengths_N: student.lengths_N, hasTeacher, close: file.close,
    row: rememberRows(read, ({ studentEntropy_T }) => 900 + 12 * studentEntropy_T.length)
  }
}
