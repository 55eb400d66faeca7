/**
 * Reads a predicate before it is run. DuckDB parses the very statement that will run; what comes out must be one SELECT
 * whose only guest is an expression of columns, constants, operators and known functions. All else is refused by name.
 */
import { didYouMean } from "../spec/did-you-mean.ts"
import { type Duck } from "./duckdb.ts"
import { quoted, SourceError } from "./SourceError.ts"
import { isPredicateFunction } from "./where-functions.ts"
import { growthOf, mostGrowth } from "./where-growth.ts"
import { patternFault } from "./where-patterns.ts"

const longestPredicate = 10_000

/** The name that a record's own columns can be qualified by. */
export const recordsView = "records"

/** What a statement takes of the rows it keeps: all of them, or their numbers. */
export const rowNumber = "leadspan row"
export type Taken = "rows" | "numbers"

/** The statement that picks rows: run as it was checked. */
export const statementOf = (predicate: string, taken: Taken): string =>
  `SELECT ${taken === "rows" ? "*" : `"${rowNumber}"`} FROM ${recordsView} WHERE (\n${predicate}\n)`

const refusedWhere = (found: string, advice: string, expected = "a predicate over a record's own columns") =>
  new SourceError({ code: "where-refused", place: "data.where", expected, found, advice })

const forms = "Use columns, constants, comparisons, AND, OR, NOT, IN, LIKE, BETWEEN, CASE, CAST and functions of values."

type Node = { readonly [key: string]: unknown }

const operators = new Set(["OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE",
  "OPERATOR_NULLIF", "OPERATOR_TRY", "ARRAY_EXTRACT", "ARRAY_SLICE", "STRUCT_EXTRACT", "ARRAY_CONSTRUCTOR"])

const names: Readonly<Record<string, string>> = {
  SUBQUERY: "a query inside the predicate", WINDOW: "a window function", STAR: "`*` or COLUMNS()", PARAMETER: "a parameter",
  POSITIONAL_REFERENCE: "a column by its number", DEFAULT: "DEFAULT"
}

const children = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : value === undefined ? [] : [value]

/** What a predicate names of a record. */
export interface Named {
  readonly path: ReadonlyArray<string>
  /** it is counted, searched or indexed as a list */
  readonly asList: boolean
}

const takesList = (name: string): boolean => /^(?:len|length|contains|cardinality|(?:list|array)_(?!value$).*)$/iu.test(name)

/** Collects what an expression names; refuses what is not one of the known forms. */
const walk = (value: unknown, columns: Array<Named>): void => {
  const node = value as Node
  const among = (...fields: ReadonlyArray<string>) => {
    for (const field of fields) for (const child of children(node[field])) walk(child, columns)
  }
  const listFirst = () => {
    const [first, ...rest] = children(node["children"]) as ReadonlyArray<Node>
    if (first?.["class"] === "COLUMN_REF") columns.push({ path: first["column_names"] as ReadonlyArray<string>, asList: true })
    else if (first !== undefined) walk(first, columns)
    for (const child of rest) walk(child, columns)
  }
  switch (node?.["class"]) {
    case "CONSTANT": return
    case "COLUMN_REF":
      columns.push({ path: node["column_names"] as ReadonlyArray<string>, asList: false })
      return
    case "COMPARISON": return among("left", "right")
    case "CONJUNCTION": return among("children")
    case "BETWEEN": return among("input", "lower", "upper")
    case "CAST": case "COLLATE": return among("child")
    // `json -> 'key'` is parsed as a lambda; no function that would take a real one is on the list
    case "LAMBDA": return among("lhs", "expr")
    case "CASE":
      for (const check of children(node["case_checks"])) {
        walk((check as Node)["when_expr"], columns)
        walk((check as Node)["then_expr"], columns)
      }
      return among("else_expr")
    case "OPERATOR":
      if (!operators.has(String(node["type"]))) throw refusedWhere(`the operator ${String(node["type"])}`, forms)
      return node["type"] === "ARRAY_EXTRACT" || node["type"] === "ARRAY_SLICE" ? listFirst() : among("children")
    case "FUNCTION": {
      const name = String(node["function_name"])
      const isPlain = node["catalog"] === undefined && (node["schema"] === undefined || node["schema"] === "main") && node["filter"] === undefined &&
        children((node["order_bys"] as Node | undefined)?.["orders"]).length === 0 && node["distinct"] !== true
      if (!isPlain || !isPredicateFunction(name)) {
        throw refusedWhere(`the function ${quoted(name)}`, "Use functions of values alone, such as length, lower, contains, regexp_matches, abs, json_extract_string.")
      }
      const fault = patternFault(name, children(node["children"]) as ReadonlyArray<Node>)
      if (fault !== null) throw refusedWhere(fault, "Use LIKE with `%` alone, contains(column, 'text') or regexp_matches(column, 'expression').", "patterns that are quickly looked for")
      return takesList(name) ? listFirst() : among("children")
    }
    default:
      throw refusedWhere(names[String(node?.["class"])] ?? `an expression of kind ${quoted(String(node?.["class"]))}`, forms)
  }
}

const skeleton = new Set(["type", "query_location", "select_list", "from_table", "where_clause", "aggregate_handling"])

const isTaken = (item: Node): boolean => item["class"] === "STAR"
  ? Object.keys(item).every((key) => ["class", "type", "query_location", "columns"].includes(key)) && item["columns"] !== true
  : item["class"] === "COLUMN_REF" && item["alias"] === undefined && String(item["column_names"]) === rowNumber

/** Whether a parsed statement is `SELECT ... FROM records WHERE (...)` and nothing else. */
const isOurs = (node: Node | undefined): node is Node => {
  if (node === undefined || node["type"] !== "SELECT_NODE" || !Object.keys(node).every((key) => skeleton.has(key))) return false
  const list = children(node["select_list"]) as ReadonlyArray<Node>
  const from = node["from_table"] as Node | undefined
  return node["aggregate_handling"] === "STANDARD_HANDLING" && list.length === 1 && isTaken(list[0]!) &&
    from?.["type"] === "BASE_TABLE" && from["table_name"] === recordsView && Object.keys(from).every((key) => ["type", "query_location", "table_name"].includes(key))
}

/**
 * Parses a predicate; gives what it names of a record, `records.` left off.
 * @throws SourceError `where-refused`
 */
export const parsePredicate = async (duck: Duck, predicate: string, taken: Taken): Promise<ReadonlyArray<Named>> => {
  if (predicate.trim() === "") throw refusedWhere("nothing", "Write a predicate, or leave `where` out.")
  if (predicate.length > longestPredicate) throw refusedWhere(`${predicate.length} characters`, `Keep to ${longestPredicate} characters.`)
  if (predicate.includes("\0")) throw refusedWhere("a character of code 0", forms)
  let parsed: Node
  try {
    const [row] = await duck.all("SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)", [statementOf(predicate, taken)])
    parsed = JSON.parse(String(row![0])) as Node
  } catch {
    throw refusedWhere("a text that is no SQL predicate", forms)
  }
  if (parsed["error"] === true) {
    const told = String(parsed["error_message"]).replace(/\s+/gu, " ").slice(0, 200)
    const message = /max expression depth/iu.test(told) ? "an expression of more than 1000 levels" : told
    throw refusedWhere(/only select|SELECT statements/iu.test(message) ? "a statement that is no predicate" : message,
      `${forms} A column called like a word of SQL stands in double quotes.`, "one SQL predicate")
  }
  const statements = parsed["statements"] as ReadonlyArray<Node>
  const [first] = statements
  const node = first?.["node"] as Node | undefined
  if (statements.length !== 1 || Object.keys(first!).some((key) => key !== "node" && key !== "named_param_map") || !isOurs(node)) {
    throw refusedWhere(statements.length > 1 ? `${statements.length} statements` : "more than a predicate (a set operation, an order, a limit, a join ...)", forms, "one SQL predicate")
  }
  const columns: Array<Named> = []
  walk(node["where_clause"], columns)
  if (growthOf(node["where_clause"] as Node) > mostGrowth) {
    throw refusedWhere("texts that could grow beyond bounds", "Replace by short constant texts, and put together fewer texts.", `texts at most ${mostGrowth} times as long as a column`)
  }
  return columns.map(({ path, asList }) => ({ path: path.length > 1 && path[0]!.toLowerCase() === recordsView ? path.slice(1) : path, asList }))
}

/** @throws SourceError `where-refused`, for a column that no record has */
export const checkColumns = (named: ReadonlyArray<Named>, columns: ReadonlyArray<string>): void => {
  const known = new Set(columns.map((column) => column.toLowerCase()))
  for (const { path } of named) {
    if (known.has(path[0]!.toLowerCase())) continue
    const listed = columns.slice(0, 40).map((column) => `\`${column}\``).join(", ")
    const nearest = didYouMean(path[0]!, columns)
    throw refusedWhere(`the column ${quoted(path[0]!)}, which no record has`,
      `${nearest === null ? "" : `${nearest} `}There are ${listed === "" ? "no columns" : listed}${columns.length > 40 ? " ..." : ""}. Texts stand in single quotes.`)
  }
}

/** A column that is used as a list and is one in some records only. */
export const noList = (path: ReadonlyArray<string>): SourceError => refusedWhere(
  `${path.map((name) => `\`${name}\``).join(".")} used as a list, which it is not in every record`,
  "Nested values are JSON: read them by column->>'key', column->>'$[0].key' or json_array_length(column).", "lists where lists are needed"
)

/** What DuckDB says of a predicate that it cannot run on these records. */
export const whereFailed = (thrown: unknown): SourceError => thrown instanceof SourceError ? thrown : new SourceError({
  code: "where-failed", place: "data.where", expected: "a predicate that every record answers",
  found: String((thrown as Error).message ?? thrown).split("\n")[0]!.slice(0, 300),
  advice: "Compare like with like: TRY_CAST(column AS DOUBLE) gives NULL where a text is no number; nested values are JSON, read by column->>'key'."
})
