/** A plugin's options as a spec gives them, with its defaults. */
import { Result } from "effect"
import type { OptionsSchema } from "../../../framework/plugin/define.ts"
import { decodeOptions } from "../../../framework/plugin/options.ts"

export const optionsOf = (plugin: { readonly options: OptionsSchema }, written: unknown): any =>
  Result.getOrThrow(decodeOptions(plugin, written))
