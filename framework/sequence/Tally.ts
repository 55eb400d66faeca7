/** What became of everything that was read: used, or counted under a reason. */
import { Schema } from "effect"

const ReasonCount = Schema.Struct({
  /** a name of `sources/reasons.ts` */
  reason: Schema.String,
  count: Schema.Int,
  /** up to three places, such as `traces.jsonl:17` */
  examples: Schema.Array(Schema.String),
  /** of the first of them: what was found there */
  detail: Schema.optionalKey(Schema.String)
})

/** `read` is `used` and the counts of all reasons together. A record of several generations is read as so many. */
export const Tally = Schema.Struct({ read: Schema.Int, used: Schema.Int, reasons: Schema.Array(ReasonCount) })
export type Tally = typeof Tally.Type

/** Training problems that an evaluation of the plan asks, too. */
export const ContaminationReport = Schema.Struct({
  check: Schema.Literals(["report", "drop"]),
  /** items looked for */
  items: Schema.Int,
  /** traces whose problem is one of them; where they are dropped, they stand in the tally, too */
  count: Schema.Int,
  examples: Schema.Array(Schema.Struct({ place: Schema.String, evaluation: Schema.String, item: Schema.String, share: Schema.Finite }))
})
export type ContaminationReport = typeof ContaminationReport.Type
