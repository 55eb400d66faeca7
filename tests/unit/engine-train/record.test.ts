import { describe, expect, it } from "vitest"
import { activationBytesOf, flopsOf } from "../../../framework/engines/tfjs/cost.ts"
import { makeGraphs } from "../../../framework/engines/tfjs/graphs.ts"
import { plain, record } from "../../../framework/engines/tfjs/record/record.ts"
import { toSavedModel } from "../../../framework/engines/tfjs/record/saved-model.ts"
import { type Recordable, type Specs, trace } from "../../../framework/engines/tfjs/record/trace.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"

const tf = tensorflow()
const specs: Specs = { x: { shape: [3, 4], dtype: "float32" }, w: { shape: [4, 2], dtype: "float32" }, row: { shape: [], dtype: "int32" } }

/** Products, constants, several outputs of one kernel, an input handed through, a value under two names. */
const fn: Recordable = ({ x, w, row }) => {
  const product = tf.matMul(x as never, w as never)
  const [left, right] = tf.split(tf.add(product, tf.tensor2d([[1, 2]])), 2, 1)
  const picked = tf.gather(tf.expandDims(left!, 0).squeeze([0]), tf.reshape(row!, [1]) as never)
  return { product, again: product, left: left!, right: tf.where(tf.greater(right!, 0), right!, tf.zerosLike(right!)), picked, x: x! }
}

const inputs = () => ({
  x: tf.tensor2d([1, 2, 3, 4, -5, 6, 7, 8, 9, -1, 2, 3], [3, 4]), w: tf.tensor2d([1, -1, 2, 0.5, 3, 1, -2, 4], [4, 2]), row: tf.scalar(2, "int32")
})

describe("record", () => {
  it("gives what the function gives, run after run", async () => {
    const recorded = await record(fn, specs)
    const expected = plain(fn, specs).call(inputs())
    for (let run = 0; run < 2; run++) {
      const found = recorded.call(inputs())
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
      for (const [name, tensor] of Object.entries(expected)) {
        expect(found[name]!.shape).toEqual(tensor.shape)
        expect([...found[name]!.dataSync()]).toEqual([...tensor.dataSync()])
      }
    }
    recorded.dispose()
  })

  it("takes two graphs of the same shapes for two", async () => {
    const one: Specs = { x: { shape: [2], dtype: "float32" } }
    const double = await record(({ x }) => ({ y: tf.mul(x!, 2) }), one)
    const triple = await record(({ x }) => ({ y: tf.mul(x!, 3) }), one)
    expect([...double.call({ x: tf.tensor1d([1, 2]) })["y"]!.dataSync()]).toEqual([2, 4])
    expect([...triple.call({ x: tf.tensor1d([1, 2]) })["y"]!.dataSync()]).toEqual([3, 6])
  })

  it("records gradients", async () => {
    const gradient: Recordable = ({ x, w }) => ({ d: tf.grad((w) => tf.sum(tf.square(tf.matMul(x as never, w as never))))(w!) })
    const { row: _row, ...given } = specs
    const { row: _index, ...values } = inputs()
    expect([...(await record(gradient, given)).call(values)["d"]!.dataSync()]).toEqual([...plain(gradient, given).call(values)["d"]!.dataSync()])
  })

  it("refuses a tensor from outside, which would freeze", () => {
    const outside = tf.scalar(3)
    expect(() => trace(({ x }) => ({ y: tf.mul(x!, outside) }), { x: { shape: [2], dtype: "float32" } })).toThrow(/made outside the recorded function/)
    // and leaves the backend as it was
    expect(tf.mul(outside, 2).dataSync()[0]).toBe(6)
  })

  it("writes a uniform constant as one value", () => {
    const bytes = toSavedModel(trace(({ x }) => ({ y: tf.add(x!, tf.ones([1000, 100])) }), { x: { shape: [1000, 100], dtype: "float32" } }))
    expect(bytes.length).toBeLessThan(1000)
  })

  it("leaves no tensors behind", async () => {
    const before = tf.memory().numTensors
    trace(fn, specs)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe("cost", () => {
  it("counts matrix products that an output rests on, whichever way they are transposed", () => {
    const graph = trace(({ a, b }) => {
      tf.matMul(a as never, a as never, false, true)
      const used = tf.matMul(a as never, b as never, true, true)
      return { used, batched: tf.matMul(tf.reshape(a!, [2, 5, 3]), tf.reshape(a!, [2, 3, 5])) }
    }, { a: { shape: [10, 3], dtype: "float32" }, b: { shape: [7, 10], dtype: "float32" } })
    expect(flopsOf(graph)).toBe(2 * 3 * 7 * 10 + 2 * 2 * 5 * 5 * 3)
  })

  it("counts memory by lifetimes, and none for another shape of the same value", () => {
    const specs: Specs = { x: { shape: [10], dtype: "float32" } }
    // exp writes over the product, which nobody needs any more; the tile is held beside it
    const graph = trace(({ x }) => ({ y: tf.tile(tf.reshape(tf.exp(tf.mul(x!, x!)), [10, 1]), [1, 3]) }), specs)
    expect(activationBytesOf(graph)).toBe(40 + 120)
  })
})

describe("graphs", () => {
  it("makes a function once and drops the eldest beyond what it holds", async () => {
    const graphs = makeGraphs(true)
    let made = 0
    const get = (n: number) => graphs.get(["times", n], () => {
      made++
      return { specs: { x: { shape: [1], dtype: "float32" } }, fn: ({ x }) => ({ y: tf.mul(x!, n) }) }
    })
    await get(1)
    expect((await get(1)).call({ x: tf.tensor1d([2]) })["y"]!.dataSync()[0]).toBe(2)
    expect(made).toBe(1)
    for (let n = 2; n <= 65; n++) await get(n)
    expect(graphs.size()).toBe(64)
    await get(1)
    expect(made).toBe(66)
    graphs.dispose()
    expect(tf.node.getNumOfSavedModels()).toBeLessThan(10)
  })
})
