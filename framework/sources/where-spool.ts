/**
 * Which records of a text file a predicate keeps: one bit a record. The columns that the predicate names are written to a
 * file that DuckDB reads; the records themselves never pass through it, so they are the same with and without `where`.
 */
import { open, type FileHandle } from "node:fs/promises"
import { join } from "node:path"
import type { RawRecord } from "../plugin/define.ts"
import { openDuck, removeFolder, scratchFolder, sqlName, sqlText } from "./duckdb.ts"
import type { RawItem } from "./RawSource.ts"
import { SourceError } from "./SourceError.ts"
import { Bits } from "./bits.ts"
import { checkColumns, type Named, noList, parsePredicate, recordsView, rowNumber, statementOf, whereFailed } from "./where.ts"
import { note, nothingSeen, type Seen, typeOf, valueOfText } from "./where-types.ts"

const mostColumns = 10_000
const flushAt = 1 << 20

export interface Filter {
  readonly kept: Bits
  /** of all records */
  readonly columns: ReadonlyArray<string>
}

/** What a predicate names: a column, or a value inside one by dots. */
interface Leaf {
  readonly path: ReadonlyArray<string>
  readonly asList: boolean
  /** the column as records spell it; DuckDB knows no case, so the predicate's own spelling comes first */
  readonly spellings: Array<string>
  readonly seen: Seen
}

/** Distinct paths; of a whole and its parts, the whole. */
export const leavesOf = (named: ReadonlyArray<Named>): ReadonlyArray<Leaf> => {
  const keyOf = (path: ReadonlyArray<string>) => JSON.stringify([path[0]!.toLowerCase(), ...path.slice(1)]).slice(0, -1)
  const leaves = new Map(named.map(({ path }) => [keyOf(path), path]))
  const lists = new Set(named.filter(({ asList }) => asList).map(({ path }) => keyOf(path)))
  return [...leaves].filter(([key]) => ![...leaves.keys()].some((whole) => key.startsWith(`${whole},`)))
    .map(([key, path]) => ({ path, asList: lists.has(key), spellings: [], seen: nothingSeen() }))
}

const valueAt = (record: RawRecord, { path, spellings }: Leaf): unknown => {
  const name = spellings.find((spelling) => Object.hasOwn(record, spelling))
  let value: unknown = name === undefined ? null : record[name]
  for (let i = 1; i < path.length; i++) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, path[i]!) ? (value as Record<string, unknown>)[path[i]!] : null
  }
  return value
}

interface Spooled {
  readonly columns: ReadonlyArray<string>
  /** bytes of the longest row, at most */
  readonly longest: number
}

/** Writes what the predicate names of each record, with the record's number. */
const spool = async (items: AsyncIterable<RawItem>, leaves: ReadonlyArray<Leaf>, file: FileHandle, valueOf: (value: unknown) => unknown): Promise<Spooled> => {
  const columns = new Set<string>()
  let [rows, longest, n] = ["", 0, 0]
  const meet = (name: string): void => {
    columns.add(name)
    if (columns.size > mostColumns) {
      throw new SourceError({ code: "where-failed", place: "data.where", expected: `records of at most ${mostColumns} columns in all`, found: "more", advice: "Leave `where` out." })
    }
    for (const { path, spellings } of leaves) {
      if (path[0] === name) spellings.unshift(name)
      else if (path[0]!.toLowerCase() === name.toLowerCase()) spellings.push(name)
    }
  }
  const rowOf = (record: RawRecord, number: number): string => {
    for (const name of Object.keys(record)) if (!columns.has(name)) meet(name)
    const row: Record<string, unknown> = { n: number }
    for (let i = 0; i < leaves.length; i++) {
      const value = valueOf(valueAt(record, leaves[i]!))
      note(leaves[i]!.seen, value)
      row[`c${i}`] = value
    }
    return `${JSON.stringify(row)}\n`
  }
  for await (const item of items) {
    if (!("record" in item)) continue
    const row = rowOf(item.record, n++)
    rows += row
    // a character is at most three bytes
    longest = Math.max(longest, row.length * 3)
    if (rows.length > flushAt) {
      await file.appendFile(rows)
      rows = ""
    }
  }
  await file.appendFile(rows)
  return { columns: [...columns], longest }
}

const groupedBy = <A>(values: ReadonlyArray<A>, keyOf: (value: A) => string): ReadonlyMap<string, ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value])
  return groups
}

/** A column by its name, or a structure of what is named inside it. */
const expressionOf = (leaves: ReadonlyArray<readonly [number, ReadonlyArray<string>]>): string => {
  const [first] = leaves
  if (first![1].length === 0) return `c${first![0]}`
  const inner = groupedBy(leaves, ([, [name]]) => name!)
  return `struct_pack(${[...inner].map(([name, parts]) => `${sqlName(name)} := ${expressionOf(parts.map(([at, rest]) => [at, rest.slice(1)]))}`).join(", ")})`
}

const viewOf = (path: string, leaves: ReadonlyArray<Leaf>, longest: number): string => {
  const shown = groupedBy(leaves.map(({ path: names }, place) => [place, names] as const), ([, [name]]) => name!.toLowerCase())
  const columns = [...shown.values()].map((parts) => `, ${expressionOf(parts.map(([place, names]) => [place, names.slice(1)]))} AS ${sqlName(parts[0]![1][0]!)}`)
  const types = ["n: 'BIGINT'", ...leaves.map(({ seen, asList }, place) => `c${place}: '${typeOf(seen, asList)}'`)]
  return `CREATE VIEW ${recordsView} AS SELECT n AS ${sqlName(rowNumber)}${columns.join("")} ` +
    `FROM read_json(${sqlText(path)}, format = 'newline_delimited', columns = {${types.join(", ")}}, maximum_object_size = ${Math.max(1 << 24, longest + 1024)})`
}

const diskProblem = (thrown: unknown): unknown => (thrown as { code?: string }).code === "ENOSPC"
  ? new SourceError({ code: "disk-full", place: "data.where", expected: "room for the columns of the predicate", found: "a full disk", advice: "Make room, or choose another folder." })
  : thrown

/**
 * Runs a predicate over all records of `items`.
 * @throws SourceError `where-refused`, `where-failed`, and what reading may throw
 */
export const filterRecords = async (
  items: () => AsyncIterable<RawItem>, predicate: string, cacheFolder: string, isText: boolean, signal?: AbortSignal
): Promise<Filter> => {
  const folder = await scratchFolder(cacheFolder)
  const path = join(folder, "columns.ndjson")
  const duck = await openDuck(folder, [path])
  try {
    const named = await parsePredicate(duck, predicate, "numbers")
    const leaves = leavesOf(named)
    const file = await open(path, "w")
    let spooled: Spooled
    try {
      spooled = await spool(items(), leaves, file, isText ? valueOfText : (value) => value)
    } catch (thrown) {
      throw diskProblem(thrown)
    } finally {
      await file.close()
    }
    checkColumns(named, spooled.columns)
    const mixed = leaves.find(({ seen, asList }) => asList && typeOf(seen, true) === "JSON")
    if (mixed !== undefined) throw noList(mixed.path)
    const kept = new Bits()
    try {
      await duck.run(viewOf(path, leaves, spooled.longest))
      for await (const { rows } of duck.rows(statementOf(predicate, "numbers"), signal)) for (const [n] of rows) kept.set(Number(n))
    } catch (thrown) {
      throw whereFailed(thrown)
    }
    return { kept, columns: spooled.columns }
  } finally {
    await duck.close()
    await removeFolder(folder)
  }
}

/** Records that a filter keeps, with how many it left out between them. */
export async function* filtered(items: AsyncIterable<RawItem>, { kept }: Filter): AsyncGenerator<RawItem> {
  let n = 0
  let count = 0
  for await (const item of items) {
    if ("record" in item && !kept.has(n++)) {
      count++
      continue
    }
    if (count > 0) yield { skipped: { reason: "where", count } }
    count = 0
    yield item
  }
  if (count > 0) yield { skipped: { reason: "where", count } }
}
