/**
 * The one place that opens DuckDB: in memory, one thread, bounded, and shut in. It sees the files that it is given and
 * no other, loads no extension, and no statement can change that.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api"

/** A text as SQL writes it. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
/** A column's name as SQL writes it. */
export const sqlName = (name: string): string => `"${name.replaceAll("\"", "\"\"")}"`

export interface Duck {
  /** Runs statements that give nothing back. */
  readonly run: (sql: string) => Promise<void>
  /** All rows of a small answer. */
  readonly all: (sql: string, values?: ReadonlyArray<string>) => Promise<ReadonlyArray<ReadonlyArray<DuckDBValue>>>
  /** Rows as they come, some at a time. `names`: of the columns. May be left early. */
  readonly rows: (sql: string, signal?: AbortSignal) => AsyncGenerator<{ readonly names: ReadonlyArray<string>; readonly rows: Iterable<ReadonlyArray<DuckDBValue>> }>
  readonly close: () => Promise<void>
}

/** A new folder for what is thrown away, under `cacheFolder`. */
export const scratchFolder = async (cacheFolder: string): Promise<string> => {
  await mkdir(cacheFolder, { recursive: true })
  return mkdtemp(join(resolve(cacheFolder), "reading-"))
}

export const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

const settings = (folder: string, paths: ReadonlyArray<string>): ReadonlyArray<string> => [
  "SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
  "SET memory_limit = '1GB'", "SET threads = 1", "SET preserve_insertion_order = true",
  `SET temp_directory = ${sqlText(join(folder, "spill"))}`, "SET max_temp_directory_size = '20GB'",
  `SET allowed_paths = [${paths.map(sqlText).join(", ")}]`,
  "SET enable_external_access = false", "SET lock_configuration = true"
]

async function* rowsOf(instance: DuckDBInstance, sql: string, signal: AbortSignal | undefined) {
  const connection: DuckDBConnection = await instance.connect()
  const stop = () => connection.interrupt()
  signal?.addEventListener("abort", stop)
  try {
    const result = await connection.stream(sql)
    const names = result.columnNames()
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const present = chunk
      const vectors = names.map((_, column) => present.getColumnVector(column))
      yield { names, rows: (function*() {
        for (let row = 0; row < present.rowCount; row++) yield vectors.map((vector) => vector.getItem(row) as DuckDBValue)
      })() }
    }
  } finally {
    signal?.removeEventListener("abort", stop)
    connection.closeSync()
  }
}

/** Opens DuckDB for reading `paths`; it may write below `folder` only what does not fit in memory. */
export const openDuck = async (folder: string, paths: ReadonlyArray<string>): Promise<Duck> => {
  const { DuckDBInstance } = await import("@duckdb/node-api")
  const instance = await DuckDBInstance.create(":memory:")
  const connection = await instance.connect()
  for (const setting of settings(folder, paths)) await connection.run(setting)
  return {
    run: async (sql) => { await connection.run(sql) },
    all: async (sql, values = []) => (await connection.runAndReadAll(sql, [...values])).getRows(),
    rows: (sql, signal) => rowsOf(instance, sql, signal),
    close: async () => {
      connection.closeSync()
      instance.closeSync()
    }
  }
}
