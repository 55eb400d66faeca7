/** Traces made for the adviser's tests: every length and place is known. */
import type { TraceSet } from "../../../framework/advice/survey.ts"
import type { PlacedTrace } from "../../../framework/sources/open-traces.ts"

/** `count` pieces without a value in them. */
export const filler = (count: number): string => Array.from({ length: count }, () => "word").join(" ")

/**
 * A trace in pieces: `prompt` words; a thought of `cot` pieces in which "is 42" ends after `derivedAt` of them (null: never);
 * an answer of `answer` pieces that ends in the value.
 */
export const trace = (id: string, of: {
  readonly prompt?: number; readonly cot?: number; readonly answer?: number; readonly derivedAt?: number | null; readonly problem?: string; readonly tier?: string
  readonly gold?: string | null; readonly correct?: boolean | null; readonly closed?: boolean
} = {}): PlacedTrace => {
  const { answer = 10, closed = true, correct = null, cot = 80, derivedAt = 40, gold = "42", prompt = 10 } = of
  return {
    id, problem: of.problem ?? id, prompt: filler(prompt), tier: of.tier ?? "all", derivedAt: null, gold, correct, closed,
    cot: derivedAt === null ? filler(cot) : [filler(derivedAt - 2), "is 42", filler(cot - derivedAt)].filter((part) => part !== "").join(" "),
    answer: closed ? `${filler(answer - 2)} is 42` : ""
  }
}

export const setOf = (name: string, traces: ReadonlyArray<PlacedTrace>, leftOut: Readonly<Record<string, number>> = {}): TraceSet & { readonly refused: Array<string> } => {
  const refused: Array<string> = []
  return {
    name, format: { name: "plain", score: 0.9, because: "fields" }, traces, refused,
    refuse: (reason) => { refused.push(reason) },
    leftOut: () => leftOut
  }
}
