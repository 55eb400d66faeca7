/** Data sets that hold prompt, thought and answer in columns of their own: the columns are named, the rules are shared. */
import type { FormatTrace, RawRecord, Refusal } from "leadspan"
import { missing, textUnder } from "./fields.ts"
import { finish, partsOfFields, type Told } from "./finish.ts"

export interface Columns {
  readonly prompt: string | ReadonlyArray<string>
  readonly cot: string | ReadonlyArray<string>
  readonly answer: string | ReadonlyArray<string>
}

const namesOf = (columns: string | ReadonlyArray<string>): ReadonlyArray<string> => typeof columns === "string" ? [columns] : columns

/** Whether a record has text in each of the columns. */
export const hasColumns = (record: RawRecord, columns: Columns): boolean =>
  [columns.prompt, columns.cot, columns.answer].every((names) => textUnder(record, namesOf(names)) !== null)

/** The trace of a record's three columns. Of several names for one, the first that holds text is taken. */
export const tracesOfColumns = (record: RawRecord, columns: Columns, told: Omit<Told, "prompt"> = {}): ReadonlyArray<FormatTrace | Refusal> => {
  const [prompt, cot, answer] = [columns.prompt, columns.cot, columns.answer].map((names) => textUnder(record, namesOf(names)))
  if (typeof prompt !== "string" || typeof cot !== "string" || typeof answer !== "string") {
    const lacking = [columns.prompt, columns.cot, columns.answer].map(namesOf).filter((names) => textUnder(record, names) === null)
    return [missing(record, lacking.flat())]
  }
  return [finish({ prompt, ...told }, partsOfFields(cot, answer))]
}
