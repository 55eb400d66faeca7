/** Parquet by DuckDB, some rows at a time, with the predicate run where the columns lie. */
import { symlink } from "node:fs/promises"
import { join, resolve } from "node:path"
import type { RawRecord } from "../plugin/define.ts"
import { type Duck, openDuck, removeFolder, scratchFolder, sqlName, sqlText } from "./duckdb.ts"
import type { RawFile, RawItem } from "./RawSource.ts"
import { stopped } from "./read-bytes.ts"
import { reasonOf, SourceError } from "./SourceError.ts"
import { checkColumns, parsePredicate, recordsView, rowNumber, statementOf, whereFailed } from "./where.ts"

const broken = (file: RawFile, row: number, thrown: unknown): SourceError => new SourceError({
  code: "parquet-broken", place: row === 0 ? file.name : `${file.name}, row ${row + 1}`, expected: "a Parquet file that can be read",
  // DuckDB knows it by the name of our link
  found: reasonOf(thrown).replaceAll(/'[^']*\/reading-[^']*'|"[^"]*\/reading-[^"]*"/gu, `'${file.name}'`),
  advice: /out of memory/iu.test(reasonOf(thrown)) ? "Write it again with smaller row groups: one must fit in 1 GB." : "Fetch the file again."
})

/** Rows of one file, as an opened DuckDB sees it. */
export interface ParquetFile {
  readonly columns: ReadonlyArray<string>
  readonly items: (signal: AbortSignal | undefined) => AsyncGenerator<RawItem>
  readonly close: () => Promise<void>
}

const columnsOf = async (duck: Duck, file: RawFile, link: string): Promise<ReadonlyArray<string>> => {
  try {
    return (await duck.all(`DESCRIBE SELECT * FROM read_parquet(${sqlText(link)})`)).map(([name]) => String(name))
  } catch (thrown) {
    throw broken(file, 0, thrown)
  }
}

/** Number of the row in its file: kept by the reader itself unless the file has a column of that name. */
const viewOf = (link: string, columns: ReadonlyArray<string>): string => columns.includes("file_row_number")
  ? `CREATE VIEW ${recordsView} AS SELECT *, row_number() OVER () - 1 AS ${sqlName(rowNumber)} FROM read_parquet(${sqlText(link)})`
  : `CREATE VIEW ${recordsView} AS SELECT * EXCLUDE (file_row_number), file_row_number AS ${sqlName(rowNumber)} ` +
    `FROM read_parquet(${sqlText(link)}, file_row_number = true)`

async function* rowsOf(duck: Duck, file: RawFile, where: string | null, total: number, signal: AbortSignal | undefined): AsyncGenerator<RawItem> {
  const { plainValue } = await import("./parquet-values.ts")
  // the next row of the file, whether or not the predicate keeps it
  let next = 0
  try {
    for await (const { names, rows } of duck.rows(where === null ? `SELECT * FROM ${recordsView}` : statementOf(where, "rows"), signal)) {
      const at = names.indexOf(rowNumber)
      const kept = names.map((name, column) => ({ name, column })).filter(({ name, column }) => column !== at && name !== "__proto__")
      for (const values of rows) {
        if (signal?.aborted === true) throw stopped(file.name)
        const row = Number(values[at])
        if (row > next) yield { skipped: { reason: "where", count: row - next } }
        next = row + 1
        const record: Record<string, unknown> = {}
        for (const { name, column } of kept) record[name] = plainValue(values[column]!)
        yield { place: `${file.name}, row ${row + 1}`, record: record as RawRecord }
      }
    }
  } catch (thrown) {
    if (thrown instanceof SourceError) throw thrown
    if (signal?.aborted === true) throw stopped(file.name)
    throw where !== null && /^(?:Conversion|Binder|Invalid Input|Out of Range) Error/u.test(reasonOf(thrown)) && !/parquet/iu.test(reasonOf(thrown))
      ? whereFailed(thrown) : broken(file, next, thrown)
  }
  if (total > next) yield { skipped: { reason: "where", count: total - next } }
}

/**
 * Opens a Parquet file; what it needs on disk lies below `cacheFolder` until it is closed.
 * @throws SourceError `parquet-broken`, `where-refused`
 */
export const openParquet = async (file: RawFile, where: string | null, cacheFolder: string): Promise<ParquetFile> => {
  const folder = await scratchFolder(cacheFolder)
  // by a name without signs that DuckDB would take for a pattern
  const link = join(folder, "rows.parquet")
  await symlink(resolve(file.path), link)
  const duck = await openDuck(folder, [link])
  const close = async () => {
    await duck.close()
    await removeFolder(folder)
  }
  try {
    const columns = await columnsOf(duck, file, link)
    await duck.run(viewOf(link, columns))
    if (where !== null) {
      checkColumns(await parsePredicate(duck, where, "rows"), columns)
      // binds it, so that a comparison that cannot be is told now
      await duck.all(`EXPLAIN ${statementOf(where, "rows")}`).catch((thrown) => Promise.reject(whereFailed(thrown)))
    }
    const [counted] = await duck.all(`SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${sqlText(link)})`)
    const total = Number(counted![0])
    return { columns, items: (signal) => rowsOf(duck, file, where, total, signal), close }
  } catch (thrown) {
    await close()
    throw thrown instanceof SourceError ? thrown : broken(file, 0, thrown)
  }
}
