/**
 * The decoder against `transformers`: folders and numbers under tests/fixtures/models are made by
 * tests/fixtures/make-parity-fixtures.py, in float64.
 */
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { forward } from "../../../framework/engines/tfjs/decoder.ts"
import { readModel } from "../../../framework/engines/tfjs/folder.ts"
import { toTensors } from "../../../framework/engines/tfjs/initialise.ts"
import { passTables } from "../../../framework/engines/tfjs/rotary.ts"
import { type NamedTensors, type Tensor, tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"

interface Expected {
  readonly ids: ReadonlyArray<ReadonlyArray<number>>
  readonly lengths: ReadonlyArray<number>
  readonly logits: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>
  readonly loss: number
  readonly gradientNorms: Readonly<Record<string, number>>
}

const root = new URL("../../fixtures/models/", import.meta.url).pathname

describe.each(readdirSync(root))("%s", (name) => {
  const expected = JSON.parse(readFileSync(`${root}${name}/expected.json`, "utf8")) as Expected
  const model = readModel(`${root}${name}`)
  const { config } = model
  const tf = tensorflow()
  const [batch, length] = [expected.ids.length, expected.ids[0]!.length]
  const inputs = { ids_BT: tf.tensor2d(expected.ids.flat(), [batch, length], "int32"), tables: passTables(config, length) }
  const weights = toTensors(model.weights)

  it("gives the logits of transformers, whatever stands in the padding", () => {
    const logits = tf.tidy(() => forward(config, weights, inputs).logits_BTV).arraySync() as Array<Array<Array<number>>>
    let worst = 0
    expected.logits.forEach((rows, sequence) => rows.forEach((row, position) => row.forEach((value, token) => {
      worst = Math.max(worst, Math.abs(value - logits[sequence]![position]![token]!))
    })))
    expect(worst).toBeLessThan(1e-4)
  })

  it("gives its loss and the norm of every gradient", () => {
    const names = Object.keys(model.weights)
    const supervised: ReadonlyArray<number> = expected.ids.flatMap((_, sequence) =>
      Array.from({ length }, (_, position) => position + 1 < expected.lengths[sequence]! ? 1 : 0))
    const nextIds: ReadonlyArray<number> = expected.ids.flatMap((row) => [...row.slice(1), 0])
    const loss = (...values: Array<Tensor>): Tensor => {
      const given: NamedTensors = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
      const logits_NV = tf.reshape(forward(config, given, inputs).logits_BTV, [batch * length, config.vocabulary])
      const chosen_N = tf.sum(tf.mul(tf.logSoftmax(logits_NV), tf.oneHot(tf.tensor1d([...nextIds], "int32"), config.vocabulary)), 1)
      return tf.neg(tf.div(tf.sum(tf.mul(chosen_N, tf.tensor1d([...supervised]))), supervised.reduce((sum, weight) => sum + weight, 0)))
    }
    const { value, grads } = tf.valueAndGrads(loss as never)(names.map((name) => weights[name]!))
    expect(Math.abs(value.dataSync()[0]! - expected.loss)).toBeLessThan(1e-5)
    expect(names.sort()).toEqual(Object.keys(expected.gradientNorms).sort())
    Object.keys(model.weights).forEach((name, index) => {
      const norm = tf.norm(grads[index]!).dataSync()[0]!
      expect(Math.abs(norm / expected.gradientNorms[name]! - 1), name).toBeLessThan(1e-4)
    })
  })
})
