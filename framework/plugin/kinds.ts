/** What each kind of plugin declares about itself: where it lies and which fields it has. Nothing here knows a plugin's name. */
import { Schema } from "effect"
import type {
  BenchmarkPlugin, DatasetPlugin, FormatPlugin, LossPlugin, ModelPlugin, SelectorPlugin, TransformPlugin, TruncationPlugin
} from "./define.ts"

export interface PluginOfKind {
  readonly dataset: DatasetPlugin
  readonly format: FormatPlugin
  readonly transform: TransformPlugin
  readonly benchmark: BenchmarkPlugin
  readonly truncation: TruncationPlugin
  readonly selector: SelectorPlugin
  readonly loss: LossPlugin
  readonly model: ModelPlugin
}
export type PluginKind = keyof PluginOfKind

/** A field's test, and what it is expected to be, in words. */
export interface Field {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const aName: Field = {
  expected: "a name in lower-case kebab-case",
  holds: (value) => typeof value === "string" && /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/.test(value)
}
const aFunction: Field = { expected: "a function", holds: (value) => typeof value === "function" }
const aText: Field = { expected: "a text", holds: (value) => typeof value === "string" }
const aTextOrNull: Field = { expected: "a text or null", holds: (value) => value === null || typeof value === "string" }
const aBoolean: Field = { expected: "true or false", holds: (value) => typeof value === "boolean" }
const aCount: Field = { expected: "a whole number of 1 or more", holds: (value) => Number.isInteger(value) && (value as number) >= 1 }
const aProbability: Field = { expected: "a number from 0 to 1", holds: (value) => typeof value === "number" && value >= 0 && value <= 1 }
const aSchema: Field = { expected: "a Schema, such as Schema.Struct({})", holds: (value) => Schema.isSchema(value) }
const examples: Field = { expected: "a list of examples", holds: Array.isArray }
const orLeftOut = ({ expected, holds }: Field): Field => ({ expected, holds: (value) => value === undefined || holds(value) })
const or = (one: Field, other: Field): Field => ({ expected: `${one.expected} or ${other.expected}`, holds: (value) => one.holds(value) || other.holds(value) })
const recordsOfItems: Field = {
  expected: "{ from, item, examples }, two functions and a list",
  holds: (value) => typeof value === "object" && value !== null && aFunction.holds((value as { from?: unknown }).from) &&
    aFunction.holds((value as { item?: unknown }).item) && Array.isArray((value as { examples?: unknown }).examples)
}
const oneOf = (...values: ReadonlyArray<string>): Field => ({
  expected: values.map((value) => JSON.stringify(value)).join(" or "),
  holds: (value) => values.includes(value as string)
})

export interface KindDeclaration {
  /** folder of this kind in a `plugins/` folder */
  readonly folder: string
  /** the function of the public API that defines it */
  readonly define: string
  readonly fields: Readonly<Record<string, Field>>
  /** what must hold of several fields together: the field and the fault, or null */
  readonly together?: (plugin: Readonly<Record<string, unknown>>) => { readonly field: string; readonly fault: string } | null
}

export const kinds: { readonly [K in PluginKind]: KindDeclaration } = {
  dataset: {
    folder: "datasets", define: "defineDataset",
    fields: { name: aName, version: aCount, options: aSchema, records: aFunction, examples }
  },
  format: {
    folder: "formats", define: "defineFormat",
    fields: { name: aName, version: aCount, options: aSchema, describes: aText, recognise: aFunction, traces: aFunction, examples }
  },
  transform: {
    folder: "transforms", define: "defineTransform",
    fields: { name: aName, version: aCount, options: aSchema, transform: aFunction, examples }
  },
  benchmark: {
    folder: "benchmarks", define: "defineBenchmark",
    fields: {
      name: aName, version: aCount, options: aSchema, items: orLeftOut(aFunction), records: orLeftOut(recordsOfItems), answerCue: or(aText, aFunction),
      answerTokens: aCount, chance: aProbability, strict: aFunction, lenient: aFunction, first: aFunction, forced: aFunction,
      equal: or(aFunction, oneOf("mathematics")), verdictOptions: orLeftOut(aFunction), examples
    },
    together: ({ items, records }) => items !== undefined && records !== undefined
      ? { field: "records", fault: "items and records are both given, expected one of them" }
      : items === undefined && records === undefined ? { field: "items", fault: "items is nothing, expected a function, or records in its place" } : null
  },
  truncation: {
    folder: "truncation", define: "defineTruncation",
    fields: {
      name: aName, options: aSchema, isRandom: orLeftOut(aBoolean), takesRatio: orLeftOut(aBoolean), span: aFunction, examples
    }
  },
  selector: {
    folder: "selectors", define: "defineSelector",
    fields: {
      name: aName, options: aSchema, isRandom: orLeftOut(aBoolean), needsMeasures: orLeftOut(aBoolean), weights: aFunction, examples
    }
  },
  loss: {
    folder: "losses", define: "defineLoss",
    fields: {
      name: aName, options: aSchema, temperatureScale: oneOf("1", "T^2"), linearInTeacher: aBoolean, perToken: aFunction, examples
    }
  },
  model: { folder: "models", define: "defineModel", fields: { name: aName, folder: aText, recipe: aTextOrNull } }
}

export const kindNames = Object.keys(kinds) as ReadonlyArray<PluginKind>

export const isPluginKind = (value: unknown): value is PluginKind => typeof value === "string" && Object.hasOwn(kinds, value)
