import type { TensorFlow } from "../../losses/interpret-tfjs.ts"
import type { LoadedPlugin } from "../load-plugin.ts"
import { decodeOptions } from "../options.ts"
import { Result } from "effect"
import type { OptionsSchema, Plugin } from "../define.ts"
import { type CheckRow, holds } from "./CheckRow.ts"

/** What a check may use besides the plugin. */
export interface CheckContext<P extends Plugin = Plugin> {
  readonly loaded: LoadedPlugin<P>
  /** loads the engine's TensorFlow; throws where it is not set up */
  readonly tensorflow: () => TensorFlow
  /** text of an error with its place in the plugin's own source */
  readonly explain: (error: unknown) => string
}

/** Runs `body` with an example's decoded options; what it throws, or options that do not decode, become a row that fails. */
export const withOptions = (
  context: CheckContext, plugin: { readonly options: OptionsSchema }, written: unknown, example: string,
  body: (options: any) => ReadonlyArray<CheckRow>
): ReadonlyArray<CheckRow> => {
  const decoded = decodeOptions(plugin, written)
  if (Result.isFailure(decoded)) {
    const found = decoded.failure.map(({ message, path }) => [path.join("."), message].filter((part) => part !== "").join(": ")).join("; ")
    return [{ check: "options", example, expected: "options that decode", found, difference: null, ok: false }]
  }
  return guarded(context, example, () => body(decoded.success))
}

/** What `body` throws becomes a row that fails, with its place. */
export const guarded = (context: CheckContext, example: string, body: () => ReadonlyArray<CheckRow>): ReadonlyArray<CheckRow> => {
  try {
    return body()
  } catch (error) {
    return [{ check: "runs", example, expected: "no error", found: context.explain(error), difference: null, ok: false }]
  }
}

/** Without an example nothing says what a plugin is meant to do. */
export const hasExamples = (examples: ReadonlyArray<unknown>): CheckRow =>
  holds("examples", "-", "at least one", examples.length, examples.length > 0)
