// Total variation distance: 1/2 sum_s |p - q|, in [0, 1] per target. Its gradient goes as 1/T, so no factor of T^2.
// Source: Wen et al., "f-Divergence Minimization for Sequence-Level Knowledge Distillation", arXiv 2307.15190.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "tvd",
  options: Schema.Struct({}),
  temperatureScale: "1",
  linearInTeacher: false,
  perToken: (op, { student_TS, teacher_TS }) =>
    op.scale(op.sumLast(op.abs(op.sub(op.exp(teacher_TS), op.exp(student_TS)))), 0.5), // [T]
  examples: [
    { student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.25] },
    {
      student: [[1.5, -0.5, 0.25, -2], [0, 3, -1, 0.5]],
      teacher: [[0.5, 1, -1, 0.25], [0.1, 2.5, -3, 1]],
      perToken: [0.5509554425827926, 0.12348363331775401]
    }
  ]
})
