/** A survey of several data sets as one survey each. */
import { Rows } from "./Rows.ts"
import type { Survey } from "./survey.ts"

export const splitSets = (survey: Survey): ReadonlyArray<Survey> => survey.sets.map((one, set) => {
  const rows = new Rows()
  for (let n = 0; n < survey.rows.held; n++) {
    const row = survey.rows.at(n)
    if (row.set === set) rows.add({ ...row, set: 0 })
  }
  rows.seen = one.used
  return { ...survey, sets: [one], rows }
})
