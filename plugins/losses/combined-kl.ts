// Forward and reverse Kullback-Leibler divergence, weighted: a KL(p || q) + (1 - a) KL(q || p), nats per target.
// `forward` is a: 1 is forward-kl, 0 is reverse-kl (and records the same program, so that equal trials run once).
// Source: the fixed FKL + RKL combination in Wu et al., "Rethinking Kullback-Leibler Divergence in Knowledge Distillation
// for Large Language Models", arXiv 2404.02657.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "combined-kl",
  options: Schema.Struct({
    forward: Schema.Finite.annotate({ description: "weight of KL(teacher || student); the rest is KL(student || teacher)" })
      .check(Schema.isBetween({ minimum: 0, maximum: 1 }))
  }),
  temperatureScale: "T^2",
  linearInTeacher: false,
  perToken: (op, { student_TS, teacher_TS }, { forward }) => {
    const forwardKl = op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, student_TS))) // [T]
    const reverseKl = op.sumLast(op.mul(op.exp(student_TS), op.sub(student_TS, teacher_TS))) // [T]
    if (forward === 1) return forwardKl
    if (forward === 0) return reverseKl
    return op.add(op.scale(forwardKl, forward), op.scale(reverseKl, 1 - forward))
  },
  examples: [
    { options: { forward: 0.25 }, student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.14058378615470207] },
    {
      options: { forward: 0.25 },
      student: [[1.5, -0.5, 0.25, -2], [0, 3, -1, 0.5]],
      teacher: [[0.5, 1, -1, 0.25], [0.1, 2.5, -3, 1]],
      perToken: [0.7242935595723485, 0.06446920852655025]
    }
  ]
})
