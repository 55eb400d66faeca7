// Forward Kullback-Leibler divergence: KL(p || q) = sum_s p (log p - log q), nats per target. Covers the teacher's modes.
// Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", arXiv 1503.02531.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "forward-kl",
  options: Schema.Struct({}),
  temperatureScale: "T^2",
  linearInTeacher: true,
  perToken: (op, { student_TS, teacher_TS }) =>
    op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, student_TS))), // [T]
  examples: [
    { student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.13081203594113702] },
    {
      student: [[1.5, -0.5, 0.25, -2], [0, 3, -1, 0.5]],
      teacher: [[0.5, 1, -1, 0.25], [0.1, 2.5, -3, 1]],
      perToken: [0.8851699758198321, 0.06981070353746971]
    }
  ]
})
