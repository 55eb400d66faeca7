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

/** The decoded options, or the row that tells why there are none. */
const optionsOr = (plugin: { readonly options: OptionsSchema }, written: unknown, example: string): { readonly options: any } | { readonly row: CheckRow } => {
  const decoded = decodeOptions(plugin, written)
  if (Result.isSuccess(decoded)) return { options: decoded.success }
  const found = decoded.failure.map(({ message, path }) => [path.join("."), message].filter((part) => part !== "").join(": ")).join("; ")
  return { row: { check: "options", example, expected: "options that decode", found, difference: null, ok: false } }
}

/** Runs `body` with an example's decoded options; what it throws, or options that do not decode, become a row that fails. */
export const withOptions = (
  context: CheckContext, plugin: { readonly options: OptionsSchema }, written: unknown, example: string,
  body: (options: any) => ReadonlyArray<CheckRow>
): ReadonlyArray<CheckRow> => {
  const given = optionsOr(plugin, written, example)
  return "row" in given ? [given.row] : guarded(context, example, () => body(given.options))
}

/** The same of a body that takes its time. */
export const withOptionsLater = async (
  context: CheckContext, plugin: { readonly options: OptionsSchema }, written: unknown, example: string,
  body: (options: any) => Promise<ReadonlyArray<CheckRow>>
): Promise<ReadonlyArray<CheckRow>> => {
  const given = optionsOr(plugin, written, example)
  return "row" in given ? [given.row] : guardedLater(context, example, () => body(given.options))
}

/** What `body` throws becomes a row that fails, with its place. */
export const guarded = (context: CheckContext, example: string, body: () => ReadonlyArray<CheckRow>): ReadonlyArray<CheckRow> => {
  try {
    return body()
  } catch (error) {
    return [{ check: "runs", example, expected: "no error", found: context.explain(error), difference: null, ok: false }]
  }
}

/** The same of a body that takes its time. */
export const guardedLater = async (
  context: CheckContext, example: string, body: () => Promise<ReadonlyArray<CheckRow>>
): Promise<ReadonlyArray<CheckRow>> => {
  try {
    return await body()
  } catch (error) {
    return [{ check: "runs", example, expected: "no error", found: context.explain(error), difference: null, ok: false }]
  }
}

/** Without an example nothing says what a plugin is meant to do. */
export const hasExamples = (examples: ReadonlyArray<unknown>): CheckRow =>
  holds("examples", "-", "at least one", examples.length, examples.length > 0)
