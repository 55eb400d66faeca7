// Reverse Kullback-Leibler divergence: KL(q || p) = sum_s q (log q - log p), nats per target. Seeks the teacher's modes.
// Source: Gu et al., "MiniLLM: Knowledge Distillation of Large Language Models", arXiv 2306.08543.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "reverse-kl",
  options: Schema.Struct({}),
  temperatureScale: "T^2",
  linearInTeacher: false,
  perToken: (op, { student_TS, teacher_TS }) =>
    op.sumLast(op.mul(op.exp(student_TS), op.sub(student_TS, teacher_TS))), // [T]
  examples: [
    { student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.14384103622589042] },
    {
      student: [[1.5, -0.5, 0.25, -2], [0, 3, -1, 0.5]],
      teacher: [[0.5, 1, -1, 0.25], [0.1, 2.5, -3, 1]],
      perToken: [0.6706680874898538, 0.0626887101895771]
    }
  ]
})
