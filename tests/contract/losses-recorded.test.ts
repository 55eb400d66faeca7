/** Every loss, recorded with its gradient as one TensorFlow graph as training does it, against the float64 oracle. */
import { Effect, Result, Schema } from "effect"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "vitest"
import { logSoftmax } from "../../framework/engines/tfjs/log-probs.ts"
import { record } from "../../framework/engines/tfjs/record/record.ts"
import { tensorflow } from "../../framework/engines/tfjs/tensorflow.ts"
import { runLossProgram } from "../../framework/losses/interpret-tfjs.ts"
import { runOracle } from "../../framework/losses/oracle.ts"
import { recordLoss } from "../../framework/losses/record-loss.ts"
import { defineLoss, type LossPlugin } from "../../framework/plugin/define.ts"
import { decodeOptions } from "../../framework/plugin/options.ts"
import { makePluginRegistry } from "../../framework/plugin/registry.ts"
import { maxDifference, randomNumbers } from "../unit/losses/numbers.ts"
import { temporaryFolder } from "../unit/plugin/temporary-folder.ts"

const tf = tensorflow()
const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../plugins")], cacheFolder: temporaryFolder() })

/** One that uses every operation of the algebra. */
const everything = defineLoss({
  name: "everything", options: Schema.Struct({}), temperatureScale: "1", linearInTeacher: false, examples: [],
  perToken: (op, { student_TS, teacher_TS }) => {
    const [p, q] = [op.exp(teacher_TS), op.exp(student_TS)]
    const mixture = op.logAddExp(op.shift(student_TS, -0.5), op.neg(op.scale(op.square(teacher_TS), 0.1)))
    const ratio = op.div(op.abs(op.sub(q, p)), op.shift(op.maximum(q, p), 0.1))
    const rowWeight = op.log(op.shift(op.sumLast(op.minimum(p, op.detach(q))), 1)) // [T]
    return op.sumLast(op.mul(op.add(ratio, mixture), rowWeight))
  }
})

const losses: Array<LossPlugin> = []
beforeAll(() => Effect.runPromise(Effect.gen(function*() {
  for (const { name } of yield* registry.list("loss")) losses.push(yield* registry.get("loss", name))
  losses.push(everything)
})))

describe("recorded losses", () => {
  it("values and gradients are the oracle's within 1e-5, graph after graph", async () => {
    const random = randomNumbers(3)
    const rows = () => Array.from({ length: 6 }, () => Array.from({ length: 11 }, () => 8 * random() - 4))
    assert.isAtLeast(losses.length, 8)
    for (const plugin of losses) {
      for (const options of plugin.examples.length === 0 ? [{}] : plugin.examples.map((example) => example.options)) {
        const program = Result.getOrThrow(recordLoss(plugin, Result.getOrThrow(decodeOptions(plugin, options))))
        const spec = { shape: [6, 11], dtype: "float32" } as const
        const recorded = await record(({ student, teacher }) => {
          const perToken = (raw: typeof student) =>
            runLossProgram(tf, program, { student_TS: logSoftmax(raw!), teacher_TS: logSoftmax(teacher!) })
          return { perToken: perToken(student), gradient: tf.grad((raw) => tf.sum(perToken(raw)))(student!) }
        }, { student: spec, teacher: spec })
        for (let run = 0; run < 2; run++) {
          const logits = { student: rows(), teacher: rows() }
          const found = recorded.call({ student: tf.tensor2d(logits.student), teacher: tf.tensor2d(logits.teacher) })
          const oracle = runOracle(program, logits)
          assert.isBelow(maxDifference([oracle.perToken], [[...found["perToken"]!.dataSync()]]), 1e-5, `${plugin.name} value`)
          assert.isBelow(maxDifference(oracle.studentLogits, found["gradient"]!.arraySync() as Array<Array<number>>), 1e-5, `${plugin.name} gradient`)
        }
        recorded.dispose()
      }
    }
  })
})
