/** Options that a spec gives to a plugin, decoded by the plugin's own schema. */
import { Data, Effect, Result } from "effect"
import { decodeOptions, type OptionsProblem } from "../plugin/options.ts"
import type { OptionsSchema } from "../plugin/define.ts"

export class BadOptions extends Data.TaggedError("BadOptions")<{
  /** field of the spec that holds the options */
  readonly field: string
  readonly plugin: string
  readonly problems: ReadonlyArray<OptionsProblem>
}> {}

export const decodedOptions = (
  plugin: { readonly name: string; readonly options: OptionsSchema }, options: unknown, field: string
): Effect.Effect<any, BadOptions> =>
  Result.match(decodeOptions(plugin, options), {
    onSuccess: Effect.succeed,
    onFailure: (problems) => Effect.fail(new BadOptions({ field, plugin: plugin.name, problems }))
  })
