/** What must hold of the decoder whatever its weights: causality, padding, positions; and of its key-value memory. */
import { describe, expect, it } from "vitest"
import { readConfig } from "../../../framework/engines/tfjs/config.ts"
import { decodeStep, prefill } from "../../../framework/engines/tfjs/decode.ts"
import { forward } from "../../../framework/engines/tfjs/decoder.ts"
import { initialiseValues, toTensors } from "../../../framework/engines/tfjs/initialise.ts"
import { linear, lookUp, rmsNorm } from "../../../framework/engines/tfjs/operations.ts"
import { passTables, rotaryFrequencies, rotaryTables } from "../../../framework/engines/tfjs/rotary.ts"
import { tensorflow, tensorflowVersion } from "../../../framework/engines/tfjs/tensorflow.ts"

const tf = tensorflow()
const config = readConfig({
  model_type: "qwen3", vocab_size: 19, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 2, num_attention_heads: 4,
  num_key_value_heads: 2, head_dim: 8, initializer_range: 0.3
})
const weights = toTensors(initialiseValues(config, 5))
const row = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]

const logitsOf = (rows: ReadonlyArray<ReadonlyArray<number>>, positions?: ReadonlyArray<number>) => tf.tidy(() => {
  const length = rows[0]!.length
  const inputs = { ids_BT: tf.tensor2d(rows.flat(), [rows.length, length], "int32"), tables: passTables(config, length, positions) }
  return forward(config, weights, inputs).logits_BTV.arraySync() as Array<Array<Array<number>>>
})
const expectClose = (actual: unknown, expected: unknown, tolerance = 2e-5) => {
  const [a, b] = [actual, expected].map((value) => (value as Array<number>).flat(9) as Array<number>) as [Array<number>, Array<number>]
  expect(a.length).toBe(b.length)
  expect(a.reduce((worst, value, index) => Math.max(worst, Math.abs(value - b[index]!)), 0)).toBeLessThan(tolerance)
}

describe("forward", () => {
  it("is causal: a prefix alone, a prefix before anything else", () => {
    const whole = logitsOf([row])[0]!
    for (const kept of [1, 5, 11]) {
      expectClose(logitsOf([row.slice(0, kept)])[0], whole.slice(0, kept))
      expectClose(logitsOf([[...row.slice(0, kept), ...Array.from({ length: 12 - kept }, () => 0)]])[0]!.slice(0, kept), whole.slice(0, kept))
    }
  })

  it("keeps the sequences of a batch apart", () => {
    const other = [...row].reverse()
    expectClose(logitsOf([other, row, row]), [...logitsOf([other]), ...logitsOf([row]), ...logitsOf([row])])
  })

  it("sees only the distance between positions", () => {
    expectClose(logitsOf([row], row.map((_, place) => place + 40)), logitsOf([row]), 1e-3)
    const stretched = logitsOf([row], row.map((_, place) => 3 * place))
    expect(Math.abs(stretched[0]![11]![0]! - logitsOf([row])[0]![11]![0]!)).toBeGreaterThan(1e-3)
  })
})

describe("key-value memory", () => {
  it("gives the logits of the whole pass, token by token, for prompts of different lengths", () => {
    const [lengths, capacity] = [[4, 2], 16]
    const rows = [row, [...row].reverse()]
    const expected = logitsOf(rows)
    tf.tidy(() => {
      const ids_BP = tf.tensor2d(rows.map((ids, index) => [0, 1, 2, 3].map((place) => place < lengths[index]! ? ids[place]! : 7)), [2, 4], "int32")
      const last_B = tf.tensor1d(lengths.map((length) => length - 1), "int32")
      let state = prefill(config, weights, { ids_BP, last_B, tables: passTables(config, 4) }, capacity)
      const tables = rotaryTables(config, Array.from({ length: capacity }, (_, place) => place))
      for (let step = 0; step < 8; step++) {
        expectClose(state.logits_BV.arraySync(), lengths.map((length, index) => expected[index]![length - 1 + step]))
        expect(state.likeliest_B.arraySync()).toEqual(tf.argMax(state.logits_BV, 1).arraySync())
        state = decodeStep(config, weights, {
          ids_B: tf.tensor1d(lengths.map((length, index) => rows[index]![length + step]!), "int32"),
          positions_B: tf.tensor1d(lengths.map((length) => length + step), "int32"),
          tables, memories: state.memories
        })
      }
    })
  })
})

describe("rotaryFrequencies", () => {
  it("scales as the config says", () => {
    const base = rotaryFrequencies(config)
    expect(base[0]).toBe(1)
    expect(base[2]).toBeCloseTo(10000 ** -0.5, 12)
    expect(rotaryFrequencies({ ...config, ropeScaling: { kind: "linear", factor: 4 } })).toEqual(base.map((frequency) => frequency / 4))
    const llama3 = rotaryFrequencies({
      ...config, ropeScaling: { kind: "llama3", factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64 }
    })
    expect([llama3[0]! / base[0]!, llama3[3]! / base[3]!]).toEqual([1, 1 / 8])
    expect(llama3[1]! / base[1]!).toBeGreaterThan(1 / 8)
    expect(llama3[1]! / base[1]!).toBeLessThan(1)
  })
})

describe("operations", () => {
  it("look rows up and add their gradients where ids repeat", () => {
    const table = tf.tensor2d([[1, 2], [3, 4], [5, 6]])
    const ids = tf.tensor1d([2, 0, 2], "int32")
    expect(lookUp(table, ids).arraySync()).toEqual([[5, 6], [1, 2], [5, 6]])
    expect(tf.grad((given) => tf.sum(lookUp(given, ids)))(table).arraySync()).toEqual([[1, 1], [0, 0], [2, 2]])
  })

  it("have the gradients that tfjs finds for the same formula", () => {
    const [x, norm, matrix, bias] = [tf.randomNormal([6, 8], 0, 1, "float32", 1), tf.randomNormal([8], 1, 0.2, "float32", 2), tf.randomNormal([5, 8], 0, 1, "float32", 3), tf.randomNormal([5], 0, 1, "float32", 4)]
    const ours = tf.grads((x, norm, matrix, bias) => tf.sum(tf.square(linear(rmsNorm(x!, norm!, 1e-5), matrix!, bias))))([x, norm, matrix, bias])
    const plain = tf.grads((x, norm, matrix, bias) => {
      const normal = tf.mul(tf.div(x!, tf.sqrt(tf.add(tf.mean(tf.square(x!), 1, true), 1e-5))), norm!)
      return tf.sum(tf.square(tf.add(tf.matMul(normal as never, matrix as never, false, true), bias!)))
    })([x, norm, matrix, bias])
    ours.forEach((gradient, index) => expectClose(gradient.arraySync(), plain[index]!.arraySync(), 1e-3))
  })
})

it("says which TensorFlow computes", () => expect(tensorflowVersion()).toBe("2.21.0"))
