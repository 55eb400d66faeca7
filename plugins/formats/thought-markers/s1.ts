/** s1K in its editions: `question`, and for each model that thought about it a trajectory, an attempt and maybe a grade. */
import type { FormatTrace, RawRecord, Refusal } from "leadspan"
import { listIn } from "./fields.ts"
import { type Columns, tracesOfColumns } from "./separate-fields.ts"
import { correctOf, goldFromSolution, tierOf } from "./told.ts"

export type S1Model = "gemini" | "deepseek"

export const columnsOfModel = (model: S1Model): Columns => ({
  prompt: "question", cot: `${model}_thinking_trajectory`, answer: `${model}_attempt`
})

/** The first edition has one model, a list of trajectories of which the first is used, and no model's name in its columns. */
const firstEdition: Columns = { prompt: "question", cot: "trajectory", answer: "attempt" }

/** The reference is the last box of `solution`, or `solution` itself where it is one short line. */
export const tracesOfModel = (record: RawRecord, model: S1Model): ReadonlyArray<FormatTrace | Refusal> => {
  const told = { gold: goldFromSolution(record.solution), correct: correctOf(record[`${model}_grade`]), tier: tierOf(record, "cot_type") }
  const trajectory = listIn(record, "thinking_trajectories")?.[0]
  return model === "gemini" && typeof trajectory === "string"
    ? tracesOfColumns({ ...record, trajectory }, firstEdition, told)
    : tracesOfColumns(record, columnsOfModel(model), told)
}
