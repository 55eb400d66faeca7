/** A server that could not be asked, or did not answer as it should. */
import { Data } from "effect"

export class EndpointError extends Data.TaggedError("EndpointError")<{
  readonly code:
    /** refused, reset, silent for too long */
    | "no-answer"
    /** asks to come back later, or has an error of its own */
    | "busy"
    /** does not want this request */
    | "refused"
    /** no JSON, half of one, or not what was asked for */
    | "garbage"
    | "too-long"
    | "model-not-served"
    | "engine-contradicts"
    | "prompt-differs"
    | "server-failed"
  /** address and call, e.g. `http://127.0.0.1:8000/v1/completions`, and what it was asked for */
  readonly where: string
  readonly found: string
  readonly expected: string
  readonly advice: string
}> {
  override get message(): string {
    return `${this.where}  ${this.code}  Found ${this.found}, expected ${this.expected}. ${this.advice}`.trimEnd()
  }
}

/** Text of a server as part of a message: one line, short, no control characters, no secret. */
export const quoted = (text: string, secret: string | null, longest = 200): string => {
  const clean = secret === null || secret === "" ? text : text.replaceAll(secret, "[redacted]")
  const line = clean.slice(0, 4 * longest).replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()
  return line === "" ? "nothing" : line.length > longest ? `${line.slice(0, longest)}…` : line
}
