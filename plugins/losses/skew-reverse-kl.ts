// Skew reverse Kullback-Leibler divergence: KL(q || (1 - alpha) p + alpha q), nats per target. `alpha` is the student's
// share of the mixture (the paper's 0.1 by default); alpha 0 is reverse-kl.
// Source: Ko et al., "DistiLLM: Towards Streamlined Distillation for Large Language Models", arXiv 2402.03898.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema, withDefault } from "leadspan"

export default defineLoss({
  name: "skew-reverse-kl",
  options: Schema.Struct({
    alpha: withDefault(
      Schema.Finite.annotate({ description: "share of the student in the mixture" })
        .check(Schema.isGreaterThanOrEqualTo(0), Schema.isLessThan(1)),
      0.1
    )
  }),
  temperatureScale: "T^2",
  linearInTeacher: false,
  perToken: (op, { student_TS, teacher_TS }, { alpha }) => {
    const mixture_TS = alpha === 0
      ? teacher_TS
      : op.logAddExp(op.shift(teacher_TS, Math.log1p(-alpha)), op.shift(student_TS, Math.log(alpha)))
    return op.sumLast(op.mul(op.exp(student_TS), op.sub(student_TS, mixture_TS))) // [T]
  },
  examples: [
    { student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.11313672216156859] },
    {
      options: { alpha: 0.5 },
      student: [[1.5, -0.5, 0.25, -2], [0, 3, -1, 0.5]],
      teacher: [[0.5, 1, -1, 0.25], [0.1, 2.5, -3, 1]],
      perToken: [0.19436926666762538, 0.016895285062589555]
    }
  ]
})
