/** What each trained student is asked. */
import { Schema, SchemaTransformation } from "effect"
import { atLeastZero, choice, count, int, options, orNull, text, withDefault } from "./annotate.ts"
import { Via } from "./Via.ts"

export const scoringRules = ["strict", "lenient", "first", "forced"] as const
export const ScoringRule = choice(
  scoringRules,
  "`strict`: the delimited answer; `lenient`: else the last derived value; `first`: the first complete derivation; `forced`: thought ended at `thoughtTokens` and the answer cued."
)
export type ScoringRule = (typeof scoringRules)[number]

const Budget = count("Tokens of thought.")
/** One budget is a list of one. */
const Budgets = Schema.Union([
  Budget,
  Schema.Array(Budget).check(Schema.isMinLength(1, { expected: "at least one budget" }))
])
  .annotate({
    description: "Budget of thought for the rule `forced`, equal for all cells; of several, each is scored."
  })
  .pipe(
    Schema.decodeTo(
      Schema.Array(Schema.Int),
      SchemaTransformation.transform<ReadonlyArray<number>, number | ReadonlyArray<number>>({
        decode: (given) => (typeof given === "number" ? [given] : given),
        encode: (list) => list
      })
    )
  )

export const Evaluation = Schema.Struct({
  name: withDefault(
    orNull(
      Schema.String.check(
        Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/u, { expected: "letters, digits, `-`, `_` and `.`" })
      ),
      "Name in metrics and claims; left out: the benchmark's."
    ),
    null
  ),
  benchmark: text("A benchmark plugin."),
  options: options("Options of the benchmark plugin."),
  items: count("Problems."),
  seed: withDefault(int("Draws another sample of problems."), 0),
  samples: withDefault(count("Answers a problem."), 1),
  temperature: withDefault(atLeastZero("0 is greedy."), 0),
  topP: withDefault(
    Schema.Finite.annotate({ description: "Nucleus of the sampled distribution." }).check(
      Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true })
    ),
    1
  ),
  maxTokens: withDefault(
    orNull(count("Tokens."), "Longest answer, equal for all cells; left out: twice the longest full trace."),
    null
  ),
  thoughtTokens: Budgets,
  batch: withDefault(count("Sequences generated together, by the engine."), 64),
  via: withDefault(orNull(Via, "A server that generates in place of the engine; null: the engine."), null)
}).annotate({ identifier: "Evaluation", description: "One benchmark; all four scoring rules are always reported." })
