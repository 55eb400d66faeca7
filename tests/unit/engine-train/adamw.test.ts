import { describe, expect, it } from "vitest"
import { adamw, updateNumbers } from "../../../framework/engines/tfjs/adamw.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"

const tf = tensorflow()
const optimiser = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 0.5 }

/** The same in float64, written from the formula. */
const reference = (p: number, g: number, m: number, v: number, update: number, learningRate: number, decays: boolean) => {
  const first = optimiser.beta1 * m + (1 - optimiser.beta1) * g
  const second = optimiser.beta2 * v + (1 - optimiser.beta2) * g * g
  const corrected = first / (1 - optimiser.beta1 ** update)
  const root = Math.sqrt(second / (1 - optimiser.beta2 ** update)) + optimiser.epsilon
  return { p: p * (decays ? 1 - learningRate * optimiser.weightDecay : 1) - learningRate * corrected / root, m: first, v: second }
}

describe("adamw", () => {
  it("is PyTorch's, clipping and decay of matrices included, over several updates", () => {
    let state = {
      weights: { matrix: tf.tensor2d([[0.5, -0.25]]), bias: tf.tensor1d([0.75]) } as Record<string, ReturnType<typeof tf.tensor>>,
      first: { matrix: tf.zeros([1, 2]), bias: tf.zeros([1]) } as Record<string, ReturnType<typeof tf.tensor>>,
      second: { matrix: tf.zeros([1, 2]), bias: tf.zeros([1]) } as Record<string, ReturnType<typeof tf.tensor>>
    }
    let expected = [0.5, -0.25, 0.75].map((p) => ({ p, m: 0, v: 0 }))
    for (let update = 1; update <= 4; update++) {
      const raw = [3 * update, -4, 1 / update]
      const learningRate = 0.01 * update
      // the gradients come as sums over a denominator of 2
      const gradients = { matrix: tf.tensor2d([raw.slice(0, 2)]), bias: tf.tensor1d([raw[2]!]) }
      const numbers = updateNumbers(optimiser, learningRate, update, 2)
      const next = adamw(optimiser, state, gradients, {
        scale: tf.scalar(numbers.scale), keep: tf.scalar(numbers.keep), stepSize: tf.scalar(numbers.stepSize), rootCorrection: tf.scalar(numbers.rootCorrection)
      })
      const norm = Math.hypot(...raw) / 2
      expect(next.gradientNorm.dataSync()[0]).toBeCloseTo(norm, 5)
      const factor = Math.min(1, optimiser.clipNorm / (norm + 1e-6)) / 2
      expected = expected.map(({ p, m, v }, index) => reference(p, raw[index]! * factor, m, v, update, learningRate, index < 2))
      state = { weights: { ...next.weights }, first: { ...next.first }, second: { ...next.second } } as typeof state
      const found = [...state.weights["matrix"]!.dataSync(), ...state.weights["bias"]!.dataSync()]
      found.forEach((value, index) => expect(Math.abs(value - expected[index]!.p)).toBeLessThan(2e-6))
    }
  })
})
