/** How a command ends: what a person reads on failure, and the exit code. */
import { Cause, Effect } from "effect"

/** 0 done, 1 a trial failed or misuse, 2 refused input, 3 a required claim not met, 130 interrupted. */
export const exitCodes = { done: 0, failed: 1, refused: 2, claimNotMet: 3, interrupted: 130 } as const

export const exitWith = (code: number): Effect.Effect<void> => Effect.sync(() => {
  process.exitCode = code
})

/** Faults of what the user gave: nothing was started. */
const refusals: ReadonlySet<string> = new Set([
  "SpecError", "PluginError", "BadModel", "ModelFilesError", "SequenceError", "EvaluationError", "UnsupportedModel", "ModelFolderError", "SafetensorsError",
  "UnknownExperiment", "ComparisonMisuse", "UnknownSelection", "OtherFormat", "UnreadableRows", "DataMisuse", "SourceError", "FormatUnclear", "BadOptions",
  // Somebody else runs the experiment: this call has started nothing.
  "LeaseHeld"
])

/** Names and texts of the user's files may stand in it: signs that would move a terminal's cursor do not. */
const say = (text: string): void => {
  process.stderr.write(`${text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd")}\n`)
}

/** What was thrown where no failure was foreseen, and still is no fault of Leadspan: another format, a full disk. */
const expectedDefect = (cause: Cause.Cause<unknown>): unknown => {
  const thrown = cause.reasons.flatMap((reason) => reason._tag === "Die" ? [reason.defect] : [])
  return thrown.find((defect) => {
    const { _tag: tag, code, syscall } = (defect ?? {}) as { _tag?: string; code?: string; syscall?: string }
    return refusals.has(tag ?? "") || (code !== undefined && syscall !== undefined)
  })
}

/** One message for one failure; a stack only for a fault of Leadspan itself. */
const report = (cause: Cause.Cause<unknown>): void => {
  const failure = cause.reasons.find((reason) => reason._tag === "Fail")?.error ?? expectedDefect(cause)
  if (failure !== undefined) {
    const { _tag: tag, message } = failure as { _tag?: string; message?: string }
    // Misuse of the command line has printed its help already.
    if (tag === "ShowHelp") {
      process.exitCode = (failure as { errors?: ReadonlyArray<unknown> }).errors?.length === 0 ? 0 : exitCodes.failed
      return
    }
    if (message !== undefined && message !== "") say(tag === "SpecError" ? message : `leadspan: ${message}`)
    process.exitCode = refusals.has(tag ?? "") ? exitCodes.refused : exitCodes.failed
    return
  }
  if (Cause.hasInterruptsOnly(cause)) {
    process.exitCode = exitCodes.interrupted
    return
  }
  say(`leadspan: a fault of its own; please report it with what follows\n${Cause.pretty(cause)}`)
  process.exitCode = exitCodes.failed
}

export const reportFailures = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<void, never, R> =>
  Effect.matchCauseEffect(effect, { onSuccess: () => Effect.void, onFailure: (cause) => Effect.sync(() => report(cause)) })
