/** Loads one plugin from its file: bundled, run once, checked against the shape of its kind. */
import { Effect } from "effect"
import { realpathSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import { bundlePlugin } from "./bundle-plugin.ts"
import type { Plugin } from "./define.ts"
import { PluginError, problem } from "./PluginError.ts"
import { shareModules } from "./shared-modules.ts"
import { placeInPlugin } from "./stack-place.ts"
import { shapeProblems } from "./validate-plugin.ts"

/** A plugin and where it came from. */
export interface LoadedPlugin<P extends Plugin = Plugin> {
  readonly plugin: P
  /** absolute path of its source */
  readonly file: string
  /** absolute path of the module that was run: errors thrown by it are placed through its source map */
  readonly bundle: string
}

const maxSourceBytes = 4_000_000

const fail = (fields: Parameters<typeof problem>[0]) => new PluginError({ problems: [problem(fields)] })

const load = async (path: string, cacheFolder: string): Promise<LoadedPlugin> => {
  let file: string
  try {
    file = realpathSync(path)
    const stat = statSync(file)
    if (!stat.isFile()) throw fail({ code: "unreadable", file, message: "is no file, expected a plugin's TypeScript file" })
    if (stat.size > maxSourceBytes) throw fail({ code: "unreadable", file, message: `has ${stat.size} bytes, expected at most ${maxSourceBytes}` })
  } catch (error) {
    if (error instanceof PluginError) throw error
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw fail({ code: "unreadable", file: path, message: `cannot be read (${reason}), expected a plugin's TypeScript file` })
  }
  const bundle = await bundlePlugin(file, cacheFolder, await shareModules())
  let value: unknown
  try {
    value = (await import(/* @vite-ignore */ pathToFileURL(bundle).href) as { default?: unknown }).default
  } catch (error) {
    const place = placeInPlugin(error, bundle, dirname(file))
    throw fail({ code: "evaluation", file, message: `threw while being loaded: ${error instanceof Error ? error.message : String(error)}`, ...place })
  }
  const problems = shapeProblems(file, value)
  if (problems.length > 0) throw new PluginError({ problems })
  return { plugin: value as Plugin, file, bundle }
}

/**
 * Loads a plugin's file, wherever it lies. Its imports of `leadspan` and `effect` are the copies that this process runs;
 * what else it imports is bundled with it.
 *
 * Fails with `PluginError`: syntax, imports that do not resolve, an error thrown while loading, or a default export
 * that is not of a plugin's shape, each with file, line and column.
 * @param cacheFolder where bundled modules are kept; safe to delete
 */
export const loadPlugin = (file: string, cacheFolder: string): Effect.Effect<LoadedPlugin, PluginError> =>
  Effect.tryPromise({
    try: () => load(file, cacheFolder),
    catch: (error) => error instanceof PluginError ? error
      : fail({ code: "unreadable", file, message: `cannot be loaded: ${error instanceof Error ? error.message : String(error)}` })
  })
