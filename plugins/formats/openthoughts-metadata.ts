/**
 * OpenThoughts-114k, `metadata`: problem, deepseek_reasoning, deepseek_solution, ground_truth_solution, domain, source,
 * test_cases, starter_code. Separate columns, no markers. The reference answer is the last box of `ground_truth_solution`.
 */
import { defineFormat, Schema } from "leadspan"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { hasColumns, tracesOfColumns } from "./thought-markers/separate-fields.ts"
import { goldFromSolution, tierOf } from "./thought-markers/told.ts"

const columns = { prompt: "problem", cot: "deepseek_reasoning", answer: "deepseek_solution" }

export default defineFormat({
  name: "openthoughts-metadata",
  version: 1,
  options: Schema.Struct({}),
  describes: "OpenThoughts-114k (metadata): prompt `problem`, thought `deepseek_reasoning`, answer `deepseek_solution`",
  recognise: bySign(proof.dataset, "`deepseek_reasoning` and `deepseek_solution` beside `problem`", (record) => hasColumns(record, columns)),
  traces: (record) => tracesOfColumns(record, columns, { gold: goldFromSolution(record.ground_truth_solution), tier: tierOf(record, "domain") }),
  examples: [{
    record: {
      problem: "What is 2+2?", deepseek_reasoning: "Okay, two and two make four.\n", deepseek_solution: "The sum is \\(\\boxed{4}\\).",
      ground_truth_solution: "Adding gives $\\boxed{4}$.", domain: "math", source: "numina_math", test_cases: null, starter_code: null
    },
    traces: [{ prompt: "What is 2+2?", cot: "Okay, two and two make four.", answer: "The sum is \\(\\boxed{4}\\).", gold: "4", tier: "math", closed: true }]
  }]
})
