/** Outputs, items or a benchmark that cannot be scored. */
import { Data } from "effect"

export class EvaluationError extends Data.TaggedError("EvaluationError")<{
  readonly code: "output-malformed" | "item-unknown" | "item-missing" | "items-malformed" | "benchmark-failed" | "budget-count"
  readonly where: string
  readonly expected: string
  readonly found: string
  readonly advice: string
}> {
  override get message(): string {
    return `${this.where}  ${this.code}  Found ${this.found}, expected ${this.expected}. ${this.advice}`
  }
}
