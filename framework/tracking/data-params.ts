/** What became of the data's records, as params of the experiment's run and as a file beside them. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"

/** `data_read`, `data_used` and one param a reason, such as `data_no_markers`: of the training data. */
export const dataParams = ({ contamination, format, tally }: RecordedPlan["data"]): Readonly<Record<string, string>> => ({
  ...(format === undefined ? {} : { data_format: format.name }),
  ...(tally === undefined ? {} : {
    data_read: String(tally.train.read), data_used: String(tally.train.used),
    ...Object.fromEntries(tally.train.reasons.map(({ count, reason }) => [`data_${reason.replaceAll("-", "_")}`, String(count)]))
  }),
  ...(contamination === undefined || contamination === null ? {} : { data_problems_of_evaluations: String(contamination.count) })
})

/** `data/left-out.json`: every reason with its counts and examples, for training and validation. */
export const dataJson = ({ advice: _, ...data }: RecordedPlan["data"]): string => JSON.stringify(data, null, 2)
