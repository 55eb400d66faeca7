/** Gathers what is wrong with the cells of a plan, each distinct problem once, located in the spec. */
import { Effect } from "effect"
import { PluginError } from "../plugin/PluginError.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import type { SpecIssue, SpecIssueCode } from "../spec/SpecError.ts"
import type { SpecError } from "../spec/SpecError.ts"
import { BadOptions } from "./decoded-options.ts"

export interface CellProblems {
  readonly add: (path: string, code: SpecIssueCode, message: string, suggestion?: string | null) => void
  /** Runs what may fail; a failure becomes a problem at `path` and the result is null. */
  readonly attempt: <A, E extends { readonly message: string }, R>(
    path: string, code: SpecIssueCode, effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A | null, never, R>
  /** Fails if anything was gathered. */
  readonly check: Effect.Effect<void, SpecError>
}

const adviceOf = (error: object): string | null =>
  "advice" in error && typeof error.advice === "string" ? error.advice : null

export const gatherProblems = (loaded: LoadedSpec): CellProblems => {
  const issues = new Map<string, SpecIssue>()
  const add: CellProblems["add"] = (path, code, message, suggestion = null) => {
    const issue = loaded.issueAt(path, code, message, suggestion)
    issues.set(`${issue.path}\0${issue.message}`, issue)
  }
  return {
    add,
    attempt: (path, code, effect) => effect.pipe(
      Effect.map((value) => value as typeof value | null),
      Effect.catch((error) => Effect.sync(() => {
        if (error instanceof BadOptions) {
          for (const { message, path: below } of error.problems) add([error.field, ...below.map(String)].join("."), "bad-options", message)
        } else if (error instanceof PluginError) {
          for (const each of error.problems) {
            add(path, each.code === "unknown-plugin" ? "unknown-plugin" : "bad-plugin",
              each.file === null ? each.message : new PluginError({ problems: [each] }).message)
          }
        } else {
          add("field" in error && typeof error.field === "string" ? error.field : path, code, error.message, adviceOf(error))
        }
        return null
      }))
    ),
    check: Effect.suspend(() => {
      const [first, ...rest] = issues.values()
      return first === undefined ? Effect.void : Effect.fail(loaded.error([first, ...rest]))
    })
  }
}
