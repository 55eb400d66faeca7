// Generalised Jensen-Shannon divergence, nats per target, as in Agarwal et al., "On-Policy Distillation of Language
// Models" (GKD), arXiv 2306.13649, equation 1:
//     JSD_beta = beta KL(p || m) + (1 - beta) KL(q || m),   m = beta p + (1 - beta) q
// Side: `beta` is the teacher's weight, in the mixture and in the sum. 0.5 is the symmetric Jensen-Shannon divergence.
// Ends: the formula goes to 0 at both, where nothing can be learnt, so `scaling: paper` refuses beta 0 and 1.
// `scaling: kl-limits` divides by beta (1 - beta): it goes to forward KL as beta -> 0 and to reverse KL as beta -> 1
// (the paper proves the first), and is just those at 0 and 1. Libraries that switch to a KL at the ends without that
// scaling jump there.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema, withDefault } from "leadspan"

const options = Schema.Struct({
  beta: Schema.Finite.annotate({ description: "the teacher's weight" }).check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  scaling: withDefault(Schema.Literals(["paper", "kl-limits"]), "paper")
}).check(Schema.makeFilter(({ beta, scaling }) =>
  (beta > 0 && beta < 1) || scaling === "kl-limits"
    ? undefined
    : { path: ["beta"], issue: "0 and 1 make the paper's formula zero: use scaling: kl-limits, or forward-kl or reverse-kl" }))

export default defineLoss({
  name: "js",
  options,
  temperatureScale: "T^2",
  linearInTeacher: false,
  perToken: (op, { student_TS, teacher_TS }, { beta, scaling }) => {
    if (beta === 0) return op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, student_TS)))
    if (beta === 1) return op.sumLast(op.mul(op.exp(student_TS), op.sub(student_TS, teacher_TS)))
    const mixture_TS = op.logAddExp(op.shift(teacher_TS, Math.log(beta)), op.shift(student_TS, Math.log1p(-beta)))
    const teacherKl = op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, mixture_TS))) // [T]
    const studentKl = op.sumLast(op.mul(op.exp(student_TS), op.sub(student_TS, mixture_TS))) // [T]
    const jsd = op.add(op.scale(teacherKl, beta), op.scale(studentKl, 1 - beta))
    return scaling === "kl-limits" ? op.scale(jsd, 1 / (beta * (1 - beta))) : jsd
  },
  examples: [
    { options: { beta: 0.5 }, student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.03382207556860528] },
    { options: { beta: 0.1 }, student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.011830682239248354] },
    { options: { beta: 0.1, scaling: "kl-limits" }, student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.13145202488053728] },
    { options: { beta: 0, scaling: "kl-limits" }, student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.13081203594113702] },
    {
      options: { beta: 0.9 },
      student: [[1.5, -0.5, 0.25, -2], [0, 3, -1, 0.5]],
      teacher: [[0.5, 1, -1, 0.25], [0.1, 2.5, -3, 1]],
      perToken: [0.06030079861850684, 0.0056169945640606326]
    }
  ]
})
