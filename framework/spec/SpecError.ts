/** Problems of an experiment file, as data; their text is drawn from the fields (`render.ts`). */
import { Schema } from "effect"
import { renderIssues } from "./render.ts"

export const specIssueCodes = [
  // reading
  "missing-file",
  "unreadable-file",
  "not-utf8",
  "too-large",
  "too-deep",
  "too-many-values",
  "yaml-syntax",
  "duplicate-key",
  "forbidden-key",
  "empty-file",
  // composition
  "bad-extends",
  "extends-cycle",
  "bad-override",
  "bad-reference",
  "unknown-reference",
  "reference-cycle",
  "unset-variable",
  "secret-not-allowed",
  "secret-written-out",
  // fields
  "unknown-key",
  "missing-key",
  "wrong-type",
  "unknown-value",
  "out-of-range",
  "conflict",
  // grid
  "unknown-axis",
  "axis-not-allowed",
  "axis-twice",
  "empty-axis",
  "zip-lengths",
  "bad-condition",
  "grid-too-large",
  "empty-grid",
  "baseline-cells",
  "claim-cells",
  "unknown-evaluation",
  // later stages: plugins, models, data and resources, raised through `LoadedSpec.issueAt`
  "unknown-plugin",
  "bad-plugin",
  "bad-options",
  "bad-model",
  "vocabulary-mismatch",
  "bad-data",
  "left-out",
  "not-supported",
  "bad-resources"
] as const
export const SpecIssueCode = Schema.Literals(specIssueCodes)
export type SpecIssueCode = (typeof specIssueCodes)[number]

/** One located problem. Lines and columns begin at 1. */
export const SpecIssue = Schema.Struct({
  code: SpecIssueCode,
  /** field of the spec, as a person writes it: `grid[0].product["train.learningRate"][2]`; "" for the whole file */
  path: Schema.String,
  file: Schema.String,
  line: Schema.Int,
  column: Schema.Int,
  /** characters to underline, on that line */
  length: Schema.Int,
  /** the line as the file has it, without control characters or credentials; null where there is none */
  sourceLine: Schema.NullOr(Schema.String),
  message: Schema.String,
  suggestion: Schema.NullOr(Schema.String)
})
export type SpecIssue = typeof SpecIssue.Type

/** All problems of a spec. `message` is the whole text that a person is shown; exit code 2. */
export class SpecError extends Schema.TaggedError<SpecError>()("SpecError", {
  file: Schema.String,
  issues: Schema.NonEmptyArray(SpecIssue)
}) {
  override get message(): string {
    return this.render()
  }
  render(): string {
    return renderIssues(this.issues)
  }
}
