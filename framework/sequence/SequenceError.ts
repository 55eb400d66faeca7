/** The one error of this folder: what was expected, what was found, what to do. */
import { Data, Effect } from "effect"

export type SequenceErrorCode =
  | "file-missing"
  | "file-too-large"
  | "file-malformed"
  | "tokenizer-unsupported"
  | "tokenizer-unknown-symbol"
  | "tokenizer-offsets"
  | "template-missing"
  | "template-failed"
  | "template-segments"
  | "template-system"
  | "record-malformed"
  | "truncation-span"
  | "selector-weights"
  | "data-malformed"
  // of whoever reads the records
  | (string & {})

/** A tokenizer, a template, a record or a prepared file that cannot be used. `where` names the file, record or plugin. */
export class SequenceError extends Data.TaggedError("SequenceError")<{
  readonly code: SequenceErrorCode
  readonly where: string
  readonly expected: string
  readonly found: string
  readonly advice: string
}> {
  override get message(): string {
    return `${this.where}  ${this.code}  Found ${this.found}, expected ${this.expected}. ${this.advice}`
  }
}

/** Text of unknown origin, short enough and plain enough to stand in an error. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** What a thrown value says, on one line. */
export const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split("\n")[0]!.slice(0, 300)

/** Keeps our own error; anything else that a library throws becomes one. */
export const asSequenceError = (where: string) => (thrown: unknown): SequenceError =>
  thrown instanceof SequenceError ? thrown : new SequenceError({
    code: "file-malformed", where, expected: "files that can be read", found: reasonOf(thrown), advice: "Check the file."
  })

/** The functions of this folder that work on one record or row throw; this makes an effect of them. */
export const attempt = <A>(where: string, work: () => A): Effect.Effect<A, SequenceError> =>
  Effect.try({ try: work, catch: asSequenceError(where) })
