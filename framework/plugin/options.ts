/** Decodes what a spec says under a plugin's `options`. */
import { Result, Schema, SchemaIssue } from "effect"
import type { OptionsSchema } from "./define.ts"

/** A fault of the options: `path` is below `options`. */
export interface OptionsProblem { readonly path: ReadonlyArray<PropertyKey>; readonly message: string }

/** A struct without fields takes any object, keys and all, by the Schema's rules. */
const takesNothing = ({ ast }: OptionsSchema): boolean =>
  ast._tag === "Objects" && ast.propertySignatures.length === 0 && ast.indexSignatures.length === 0

/**
 * The options with defaults filled in, or every fault with its path. Unknown keys are faults.
 *
 * ```ts
 * import { Result, Schema } from "effect"
 * Result.getOrThrow(decodeOptions({ options: Schema.Struct({ beta: Schema.Finite }) }, { beta: 0.5 })) // => { beta: 0.5 }
 * ```
 */
export const decodeOptions = (
  plugin: { readonly options: OptionsSchema }, options: unknown
): Result.Result<any, ReadonlyArray<OptionsProblem>> => {
  const unknown = takesNothing(plugin.options) ? Object.keys(options ?? {}) : []
  if (unknown.length > 0) return Result.fail(unknown.map((key) => ({ path: [key], message: "Unexpected key: there are no options here" })))
  const decode = Schema.decodeUnknownResult(plugin.options as Schema.Codec<unknown>, { errors: "all", onExcessProperty: "error" })
  return Result.mapError(decode(options ?? {}), (error) =>
    SchemaIssue.makeFormatterStandardSchemaV1()(error.issue).issues.map((issue) => ({
      path: (issue.path ?? []).map((part) => typeof part === "object" ? part.key : part),
      message: issue.message
    })))
}
