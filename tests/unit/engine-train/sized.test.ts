import { describe, expect, it } from "vitest"
import { type GraphFunction, plainSized, recordSized } from "../../../framework/engines/tfjs/record/record.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"

const tf = tensorflow()

/** Shapes told to kernels, uniform tensors, numbers and open axes that grow with the rows. */
const make = (rows: number): GraphFunction => ({
  specs: { x: { shape: [rows, 4], dtype: "float32" }, w: { shape: [2, 3], dtype: "float32" } },
  fn: ({ x, w }) => {
    const pairs = tf.reshape(x!, [rows * 2, 2])
    const product = tf.matMul(pairs as never, w as never)
    const counted = tf.mul(tf.range(0, rows, 1, "int32"), tf.scalar(rows, "int32"))
    const ones = tf.ones([rows, 2 * rows])
    const stacked = tf.reshape(tf.tile(product, [rows, 1]), [rows, rows * 2, 3])
    return { product, counted, ones: tf.add(ones, tf.sum(x!)), sliced: tf.slice(x!, [1, 0], [rows - 1, 2]), stacked: tf.sum(stacked, 0) }
  }
})

describe("one graph for every size", () => {
  it("gives at each size what the function for that size gives", async () => {
    const recorded = await recordSized(make)
    const reference = plainSized(make)
    for (const rows of [1, 2, 5, 8]) {
      const inputs = {
        x: tf.tensor2d(Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i)), [rows, 4]), w: tf.tensor2d([1, 2, 3, -1, 0.5, 2], [2, 3])
      }
      const [found, expected] = [recorded.call(inputs), reference.call(inputs)]
      for (const [name, tensor] of Object.entries(expected)) {
        expect([name, found[name]!.shape, ...found[name]!.dataSync()]).toEqual([name, tensor.shape, ...tensor.dataSync()])
      }
      expect(recorded.costAt(rows).flops).toBe(2 * rows * 2 * 2 * 3)
    }
  })

  it("refuses a function that is another at another size", async () => {
    const spec = (rows: number) => ({ x: { shape: [rows], dtype: "float32" } as const })
    await expect(recordSized((rows) => ({ specs: spec(rows), fn: ({ x }) => ({ y: rows > 2 ? tf.exp(x!) : tf.square(x!) }) }))).rejects.toThrow(/kernel/)
    await expect(recordSized((rows) => ({ specs: spec(rows), fn: ({ x }) => ({ y: tf.add(x!, tf.tensor1d(Array.from({ length: rows }, (_, i) => i))) }) }))).rejects.toThrow(/not uniform/)
    await expect(recordSized((rows) => ({ specs: spec(rows), fn: ({ x }) => ({ y: tf.mul(x!, rows) }) }))).rejects.toThrow(/numbers of a constant/)
    await expect(recordSized(() => ({ specs: spec(4), fn: ({ x }) => ({ y: tf.exp(x!) }) }))).rejects.toThrow(/size as one of its axes/)
  })
})
