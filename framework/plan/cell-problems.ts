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

/** What opens the data looks for formats and transforms, too: an unknown one is told where it is named. */
const fieldOfPlugin = (path: string, message: string): string =>
  path === "data.source" ? path.replace("source", /^no (format|transform) is called/u.exec(message)?.[1] ?? "source") : path

/** What opens the data meets the template and the tokenizer first: their faults are the student's. */
const fieldOf = (path: string, error: object): string => {
  if ("field" in error && typeof error.field === "string") return error.field
  const isOfStudent = "code" in error && /^(?:template-(?:missing|failed)|tokenizer-(?:offsets|unsupported))$/u.test(String(error.code))
  return path === "data.source" && isOfStudent ? "student" : path
}

/** The advice stands below, at the spec's own line: it is not said twice. */
const withoutAdvice = (message: string, advice: string | null): string =>
  advice !== null && advice !== "" && message.endsWith(` ${advice}`) ? message.slice(0, -advice.length - 1) : message

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
            add(fieldOfPlugin(path, each.message), each.code === "unknown-plugin" ? "unknown-plugin" : "bad-plugin",
              each.file === null ? each.message : new PluginError({ problems: [each] }).message)
          }
        } else {
          const advice = adviceOf(error)
          add(fieldOf(path, error), code, withoutAdvice(error.message, advice), advice)
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
