/** Small builders that keep description and default of a field together, so that decoding, JSON Schema and docs agree. */
import { Effect, Schema } from "effect"

/** A key that may be left out; the default is decoded like a written value and shown in the JSON Schema. */
export const withDefault = <S extends Schema.Top>(schema: S, value: S["Encoded"]): Schema.withDecodingDefaultKey<S> =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema.annotate({ default: value as S["Type"] }) as S)

export const text = (description: string) => Schema.String.annotate({ description })
export const bool = (description: string) => Schema.Boolean.annotate({ description })
export const number = (description: string) => Schema.Finite.annotate({ description })
/** a number greater than 0 */
export const positive = (description: string) => number(description).check(Schema.isGreaterThan(0))
/** a number of 0 or more */
export const atLeastZero = (description: string) => number(description).check(Schema.isGreaterThanOrEqualTo(0))
/** a number from `minimum` to `maximum`, both included */
export const between = (minimum: number, maximum: number, description: string) =>
  number(description).check(Schema.isBetween({ minimum, maximum }))
export const int = (description: string) => Schema.Int.annotate({ description })
/** a whole number of 1 or more */
export const count = (description: string) => int(description).check(Schema.isGreaterThan(0))
/** a whole number of 0 or more */
export const natural = (description: string) => int(description).check(Schema.isGreaterThanOrEqualTo(0))
export const choice = <const L extends ReadonlyArray<string>>(values: L, description: string) =>
  Schema.Literals(values).annotate({ description })
/** a map whose keys belong to a plugin: it is decoded by the plugin's own schema when the plan is made */
export const options = (description: string) =>
  withDefault(Schema.Record(Schema.String, Schema.Json).annotate({ description }), {})
/** a key whose null (or absence) means "none" */
export const orNull = <S extends Schema.Top>(schema: S, description: string) =>
  Schema.NullOr(schema).annotate({ description })
