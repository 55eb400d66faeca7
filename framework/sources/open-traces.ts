/**
 * One door to traces: a data-set plugin, or records of files and of the hub through a format. Every generation that is read
 * is used, or counted under a reason.
 */
import { Effect, type Scope } from "effect"
import type { PluginError } from "../plugin/PluginError.ts"
import type { FormatUnclear } from "./choose-format.ts"
import { openFiles } from "./file-traces.ts"
import type { OpenedTraces, TraceContext, TraceSettings } from "./OpenedTraces.ts"
import { openPlugin } from "./plugin-traces.ts"
import { isRawSource, kindOfName } from "./source-name.ts"
import { quoted, SourceError } from "./SourceError.ts"

export type { Draw, DrawRequest, FormatTaken, OpenedTraces, PlacedTrace, TraceContext, TraceSettings } from "./OpenedTraces.ts"
export { BadTraceOptions } from "./trace-settings.ts"

/** A file without its kind, or a kind that there is not: no plugin is called so. */
const notASource = (source: string): SourceError => new SourceError({
  code: "source-malformed", place: "data.source", expected: "a data-set plugin, jsonl:FILE, json:FILE, csv:FILE, parquet:FILE, file:FILE or hf:org/name",
  found: quoted(source), advice: kindOfName(source) === null || source.includes(":") ? "Name a kind that there is." : `Write file:${source} if it is a file.`
})

/**
 * Opens what `data.source` names. What it holds on disk is let go with the scope.
 * Fails with `SourceError` (what cannot be had or read), `FormatUnclear` (no format is sure enough), `PluginError`, and
 * `BadTraceOptions` (options that a plugin's schema refuses). Iterating `traces` throws `SourceError`.
 */
export const openTraces = (
  settings: TraceSettings, context: TraceContext
): Effect.Effect<OpenedTraces, SourceError | FormatUnclear | PluginError, Scope.Scope> =>
  isRawSource(settings.source) ? openFiles(settings, context)
    : /^[a-z]+:/u.test(settings.source) || kindOfName(settings.source) !== null ? Effect.fail(notASource(settings.source))
    : openPlugin(settings, context)
