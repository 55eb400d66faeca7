/** The fields of a spec, read off its Schema: what an axis or condition may name, and the type of its values. */
import { Schema, SchemaAST } from "effect"
import { nearest } from "./did-you-mean.ts"
import { isRatioPath } from "./to-plain.ts"
import { cellSections, SpecSchema } from "./schema/SpecSchema.ts"

const isJson = (ast: SchemaAST.AST): boolean =>
  ast === Schema.Json.ast || SchemaAST.isSuspend(ast) || SchemaAST.isUnknown(ast)

const step = (ast: SchemaAST.AST, segment: string): ReadonlyArray<SchemaAST.AST> => {
  if (isJson(ast)) return [ast]
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap((member) => step(member, segment))
  if (SchemaAST.isArrays(ast)) return /^\d+$/.test(segment) && ast.rest[0] !== undefined ? [ast.rest[0]] : []
  if (!SchemaAST.isObjects(ast)) return []
  const own = ast.propertySignatures.find((property) => property.name === segment)
  return own !== undefined ? [own.type] : ast.indexSignatures.map((index) => index.type)
}

export interface Field {
  readonly path: ReadonlyArray<string>
  readonly schema: Schema.Codec<unknown, unknown>
  readonly ast: SchemaAST.AST
  /** whether its values are themselves lists, so that a list in a condition is one value */
  readonly isList: boolean
  /** whether `gt`, `gte`, `lt` and `lte` make sense */
  readonly isNumeric: boolean
  /** a plugin's own field, of any type */
  readonly isFree: boolean
  /** reached through maps alone, so that a new value cannot change what its siblings may be */
  readonly isPlain: boolean
}

const admitsList = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isArrays(ast) || (SchemaAST.isUnion(ast) && !isJson(ast) && ast.types.some(admitsList))

const admitsNumber = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isNumber(ast) || isJson(ast) || (SchemaAST.isUnion(ast) && ast.types.some(admitsNumber))

const cache = new Map<string, Field | null>()

/** The field at a dotted path, or null if the spec has none. */
export const fieldAt = (dotted: string): Field | null => {
  const known = cache.get(dotted)
  if (known !== undefined) return known
  const path = dotted.split(".")
  let asts: ReadonlyArray<SchemaAST.AST> = [SpecSchema.ast]
  let isPlain = true
  for (const segment of path) {
    isPlain &&= asts.length === 1 && (SchemaAST.isObjects(asts[0]!) || isJson(asts[0]!))
    asts = asts.flatMap((ast) => step(ast, segment))
  }
  const distinct = [...new Set(asts)]
  if (distinct.length === 0 || path.some((segment) => segment === "")) return remember(dotted, null)
  const schema =
    distinct.length === 1
      ? Schema.make<Schema.Codec<unknown, unknown>>(distinct[0]!)
      : Schema.Union(distinct.map((ast) => Schema.make<Schema.Codec<unknown, unknown>>(ast)))
  return remember(dotted, {
    path,
    schema,
    ast: schema.ast,
    isPlain,
    isList: admitsList(schema.ast),
    isFree: distinct.every(isJson),
    isNumeric: admitsNumber(schema.ast) || isRatioPath(dotted)
  })
}

/** Only a bounded number is kept: paths come from files. */
const remember = (dotted: string, field: Field | null): Field | null => {
  if (cache.size < 10_000) cache.set(dotted, field)
  return field
}

const collect = (ast: SchemaAST.AST, prefix: string, out: Set<string>): void => {
  if (SchemaAST.isUnion(ast)) for (const member of ast.types) collect(member, prefix, out)
  if (!SchemaAST.isObjects(ast)) return
  for (const property of ast.propertySignatures) {
    const path = prefix + String(property.name)
    out.add(path)
    collect(property.type, `${path}.`, out)
  }
}

/** Every named field, maps included; not those inside lists or of plugins. */
export const fieldPaths: () => ReadonlyArray<string> = (() => {
  let paths: ReadonlyArray<string> | undefined
  return () => {
    if (paths === undefined) {
      const out = new Set<string>()
      collect(SpecSchema.ast, "", out)
      paths = [...out]
    }
    return paths
  }
})()

export const isCellPath = (dotted: string): boolean =>
  (cellSections as ReadonlyArray<string>).includes(dotted.split(".")[0]!)

export const axisPaths = (): ReadonlyArray<string> => fieldPaths().filter(isCellPath)

/** The field meant by a wrong path: a near spelling, else the same last name elsewhere. */
export const suggestPath = (dotted: string, known: ReadonlyArray<string> = axisPaths()): string | null => {
  const last = dotted.split(".").at(-1)!
  const sameName = known.filter((path) => path.split(".").at(-1) === last)
  const path =
    sameName.length === 1
      ? sameName[0]!
      : (nearest(dotted, known) ??
        known.find((candidate) => nearest(last, [candidate.split(".").at(-1)!]) !== null) ??
        null)
  return path === null ? null : `Did you mean \`${path}\`?`
}
