/** The losses that ship, against the formulas of their papers written out in probability space, and their properties. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { join } from "node:path"
import { beforeAll } from "vitest"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { finiteDifferences } from "../../../framework/losses/finite-differences.ts"
import type { LossProgram } from "../../../framework/losses/LossProgram.ts"
import { runOracle } from "../../../framework/losses/oracle.ts"
import { lossProgramText, recordLoss } from "../../../framework/losses/record-loss.ts"
import { temperatureFactor } from "../../../framework/losses/temperature-factor.ts"
import { runOnTensorFlow } from "../../../framework/plugin/checks/check-loss.ts"
import type { LossPlugin } from "../../../framework/plugin/define.ts"
import { decodeOptions } from "../../../framework/plugin/options.ts"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { temporaryFolder } from "../plugin/temporary-folder.ts"
import { maxDifference, softmaxRows } from "./numbers.ts"

const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder: temporaryFolder() })
const plugins = new Map<string, LossPlugin>()

beforeAll(() => Effect.runPromise(Effect.gen(function*() {
  for (const { name } of yield* registry.list("loss")) plugins.set(name, yield* registry.get("loss", name))
})))

type Case = readonly [name: string, options: Readonly<Record<string, unknown>>, formula: (p: number, q: number) => number]

const kl = (a: number, b: number) => a === 0 ? 0 : a * Math.log(a / b)

/** One term of each divergence's sum over the support: p is the teacher's probability, q the student's. */
const published: ReadonlyArray<Case> = [
  ["forward-kl", {}, (p, q) => kl(p, q)],
  ["reverse-kl", {}, (p, q) => kl(q, p)],
  ["combined-kl", { forward: 0.25 }, (p, q) => 0.25 * kl(p, q) + 0.75 * kl(q, p)],
  // GKD, equation 1: beta KL(P || beta P + (1 - beta) Q) + (1 - beta) KL(Q || beta P + (1 - beta) Q)
  ...[0.1, 0.5, 0.9].map((beta): Case =>
    ["js", { beta }, (p, q) => beta * kl(p, beta * p + (1 - beta) * q) + (1 - beta) * kl(q, beta * p + (1 - beta) * q)]),
  ["js", { beta: 0.3, scaling: "kl-limits" }, (p, q) => (0.3 * kl(p, 0.3 * p + 0.7 * q) + 0.7 * kl(q, 0.3 * p + 0.7 * q)) / 0.21],
  ["tvd", {}, (p, q) => Math.abs(p - q) / 2],
  // DistiLLM: KL(p || alpha p + (1 - alpha) q) and KL(q || (1 - alpha) p + alpha q), alpha 0.1
  ["skew-kl", {}, (p, q) => kl(p, 0.1 * p + 0.9 * q)],
  ["skew-kl", { alpha: 0.7 }, (p, q) => kl(p, 0.7 * p + 0.3 * q)],
  ["skew-reverse-kl", {}, (p, q) => kl(q, 0.9 * p + 0.1 * q)],
  ["skew-reverse-kl", { alpha: 0.7 }, (p, q) => kl(q, 0.3 * p + 0.7 * q)]
]

const programOf = (name: string, options: unknown): LossProgram => {
  const plugin = plugins.get(name)!
  return Result.getOrThrow(recordLoss(plugin, Result.getOrThrow(decodeOptions(plugin, options))))
}

const Logits = Schema.Array(Schema.Finite.check(Schema.isBetween({ minimum: -6, maximum: 6 }))).check(Schema.isMinLength(5), Schema.isMaxLength(5))
const tf = tensorflow()

for (const [name, options, formula] of published) {
  describe(`${name} ${JSON.stringify(options)}`, () => {
    it.effect.prop("is the published formula, never below 0; gradients agree with finite differences and TensorFlow.js", [Logits, Logits], ([a, b]) =>
      Effect.sync(() => {
        const program = programOf(name, options)
        const logits = { student: [a], teacher: [b] }
        const [[p], [q]] = [softmaxRows([b]), softmaxRows([a])] as const
        const expected = p!.reduce((sum, teacher, s) => sum + formula(teacher, q![s]!), 0)
        const oracle = runOracle(program, logits)
        assert.isBelow(Math.abs(oracle.perToken[0]! - expected), 1e-13)
        assert.isAtLeast(oracle.perToken[0]!, -1e-15)
        // total variation has a kink where p = q, which a difference quotient may straddle
        if (q!.every((student, s) => Math.abs(student - p![s]!) > 1e-2) || name !== "tvd") {
          assert.isBelow(maxDifference(oracle.studentLogits, finiteDifferences(program, logits)), 1e-8)
        }
        const engine = runOnTensorFlow(tf, program, logits)
        assert.isBelow(maxDifference([oracle.perToken], [engine.perToken]), 1e-5)
        if (q!.every((student, s) => Math.abs(student - p![s]!) > 1e-6) || name !== "tvd") {
          assert.isBelow(maxDifference(oracle.studentLogits, engine.studentLogits), 1e-5)
        }
      }), { arbitrary: { runs: 60 } })

    it("is 0 with no gradient where student and teacher agree", () => {
      const logits = { student: [[0.3, -1, 2]], teacher: [[1.3, 0, 3]] }
      const { perToken, studentLogits } = runOracle(programOf(name, options), logits)
      assert.isBelow(Math.abs(perToken[0]!), 1e-15)
      assert.isBelow(Math.max(...studentLogits.flat().map(Math.abs)), name === "tvd" ? 1 : 1e-14)
    })

    it("stays finite where either gives probability zero, and agrees with TensorFlow.js", () => {
      const logits = {
        student: [[-Infinity, 0, 1], [0, 0, -Infinity], [-Infinity, 1, 0], [0, -1000, -2000]],
        teacher: [[0, 1, -Infinity], [1, 0, -Infinity], [0, -Infinity, -Infinity], [-2000, -1000, 0]]
      }
      const oracle = runOracle(programOf(name, options), logits)
      const engine = runOnTensorFlow(tf, programOf(name, options), logits)
      for (const found of [oracle, engine]) assert.isTrue([...found.perToken, ...found.studentLogits.flat()].every(Number.isFinite), JSON.stringify(found))
      assert.isBelow(maxDifference([oracle.perToken], [engine.perToken]), 1e-5)
      // a gradient is a difference of terms as large as the loss, thousands here: float32 holds 1e-5 of those
      for (const [t, row] of oracle.studentLogits.entries()) {
        const largest = Math.max(1, oracle.perToken[t]!, ...row.map(Math.abs))
        assert.isBelow(maxDifference([row.map((x) => x / largest)], [engine.studentLogits[t]!.map((x) => x / largest)]), 1e-5)
      }
    })
  })
}

describe("conventions", () => {
  const logits = { student: [[1.5, -0.5, 0.25, -2]], teacher: [[0.5, 1, -1, 0.25]] }
  const swapped = { student: logits.teacher, teacher: logits.student }
  const valueOf = (name: string, options: unknown, of = logits) => runOracle(programOf(name, options), of).perToken[0]!

  it("examples are exact to the last digits", () => {
    for (const plugin of plugins.values()) {
      for (const example of plugin.examples) {
        const { perToken } = runOracle(programOf(plugin.name, example.options), example)
        assert.isBelow(maxDifference([example.perToken], [perToken]), 5e-16, plugin.name)
      }
    }
  })

  it("forward KL's gradient of the student's logits is q - p, reverse KL's q (log q - log p - KL)", () => {
    const [[p], [q]] = [softmaxRows(logits.teacher), softmaxRows(logits.student)] as const
    const forward = runOracle(programOf("forward-kl", {}), logits).studentLogits
    assert.isBelow(maxDifference([q!.map((x, s) => x - p![s]!)], forward), 1e-15)
    const divergence = valueOf("reverse-kl", {})
    const reverse = runOracle(programOf("reverse-kl", {}), logits).studentLogits
    assert.isBelow(maxDifference([q!.map((x, s) => x * (Math.log(x / p![s]!) - divergence))], reverse), 1e-15)
  })

  it("js: beta is the teacher's weight; 0.5 is symmetric; swapping sides swaps beta", () => {
    assert.closeTo(valueOf("js", { beta: 0.5 }), valueOf("js", { beta: 0.5 }, swapped), 1e-15)
    assert.closeTo(valueOf("js", { beta: 0.2 }), valueOf("js", { beta: 0.8 }, swapped), 1e-15)
    assert.isAbove(Math.abs(valueOf("js", { beta: 0.2 }) - valueOf("js", { beta: 0.8 })), 1e-3)
    assert.isBelow(valueOf("js", { beta: 0.5 }, { student: [[50, 0]], teacher: [[0, 50]] }), Math.LN2 + 1e-15)
  })

  it("js: the ends as the paper proves: JSD / beta -> forward KL as beta -> 0, JSD / (1 - beta) -> reverse KL as beta -> 1", () => {
    const near = 1e-6
    assert.closeTo(valueOf("js", { beta: near }) / near, valueOf("forward-kl", {}), 1e-5)
    assert.closeTo(valueOf("js", { beta: 1 - near }) / near, valueOf("reverse-kl", {}), 1e-5)
    assert.closeTo(valueOf("js", { beta: near, scaling: "kl-limits" }), valueOf("forward-kl", {}), 1e-5)
    assert.closeTo(valueOf("js", { beta: 1 - near, scaling: "kl-limits" }), valueOf("reverse-kl", {}), 1e-5)
    for (const beta of [0, 1, -0.1, 1.1]) assert.isTrue(Result.isFailure(decodeOptions(plugins.get("js")!, { beta })), String(beta))
  })

  it("limits of the options record the program of the loss they are", () => {
    const same = (a: readonly [string, unknown], b: readonly [string, unknown]) =>
      assert.strictEqual(lossProgramText(programOf(...a)), lossProgramText(programOf(...b)))
    same(["combined-kl", { forward: 1 }], ["forward-kl", {}])
    same(["combined-kl", { forward: 0 }], ["reverse-kl", {}])
    same(["js", { beta: 0, scaling: "kl-limits" }], ["forward-kl", {}])
    same(["js", { beta: 1, scaling: "kl-limits" }], ["reverse-kl", {}])
    same(["skew-kl", { alpha: 0 }], ["forward-kl", {}])
    same(["skew-reverse-kl", { alpha: 0 }], ["reverse-kl", {}])
    same(["skew-kl", {}], ["skew-kl", { alpha: 0.1 }])
  })

  it("a zero of the student costs at most 10,000 nats", () => {
    const { perToken } = runOracle(programOf("forward-kl", {}), { student: [[0, -Infinity]], teacher: [[0, 0]] })
    assert.closeTo(perToken[0]!, 0.5 * 10_000 - Math.LN2, 1e-9)
  })

  it("only forward KL is linear in the teacher; every divergence declares T^2, total variation 1", () => {
    assert.deepStrictEqual([...plugins.values()].filter(({ linearInTeacher }) => linearInTeacher).map(({ name }) => name), ["forward-kl"])
    assert.deepStrictEqual([...plugins.values()].map((plugin) => temperatureFactor(plugin, 3)), [9, 9, 9, 9, 9, 9, 1])
  })

  it("with its factor, each loss keeps its gradient's size as the temperature grows", () => {
    for (const plugin of plugins.values()) {
      const program = programOf(plugin.name, plugin.examples.at(-1)!.options)
      const sizeAt = (temperature: number) =>
        temperatureFactor(plugin, temperature) * Math.max(...runOracle(program, logits, temperature).studentLogits.flat().map(Math.abs))
      const growth = sizeAt(64) / sizeAt(32)
      // the Kullback-Leibler family goes to a constant; total variation, at factor 1, falls as 1/T
      assert.closeTo(growth, plugin.temperatureScale === "T^2" ? 1 : 0.5, 0.06, plugin.name)
    }
  })
})
