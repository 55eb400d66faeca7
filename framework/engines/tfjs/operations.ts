/**
 * The few operations a decoder is made of, each with a gradient written out, so that forward and backward together
 * make as few passes over memory as TensorFlow's kernels allow: on a CPU those passes, not the calls, are the cost.
 *
 * Shapes: N rows, I inputs, O outputs, H width, D width of a head, B batch (of sequences and heads), T tokens, V vocabulary.
 */
import { execute, type Tensor, tensorflow } from "./tensorflow.ts"

/** What tfjs hands the body of `customGrad` after the inputs. */
type Save = (tensors: Array<Tensor>) => void
type Differentiated = { value: Tensor; gradFunc: (dy: Tensor, saved: Array<Tensor>) => Array<Tensor> }

const withGradient = (
  inputs: ReadonlyArray<Tensor>, body: (save: Save, ...inputs: Array<Tensor>) => Differentiated
): Tensor => {
  const operation = tensorflow().customGrad(((...all: Array<unknown>) =>
    body(all[inputs.length] as Save, ...(all.slice(0, inputs.length) as Array<Tensor>))) as never)
  return (operation as (...tensors: ReadonlyArray<Tensor>) => Tensor)(...inputs)
}

/** Matrix product of [N, K] and [K, O], either one transposed first. No gradient. */
export const product = (a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor =>
  execute("MatMul", { transpose_a: transposeA, transpose_b: transposeB, T: "float32" }, [a, b])

/** Matrix products of [..., N, K] and [..., K, O], either one transposed first. No gradient. */
export const products = (a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor =>
  execute("BatchMatMulV2", { T: "float32", adj_x: transposeA, adj_y: transposeB }, [a, b])

const sum = (x: Tensor, axis: number, keep = false) => tensorflow().sum(x, axis, keep)

/** `x_NI` times the transpose of `weight_OI`, plus `bias_O` if there is one: [N, O]. */
export const linear = (x_NI: Tensor, weight_OI: Tensor, bias_O: Tensor | undefined): Tensor =>
  bias_O === undefined
    ? withGradient([x_NI, weight_OI], (save, x, weight) => {
      save([x, weight])
      return {
        value: product(x, weight, false, true),
        gradFunc: (dy, saved) => [product(dy, saved[1]!), product(dy, saved[0]!, true)]
      }
    })
    : withGradient([x_NI, weight_OI, bias_O], (save, x, weight, bias) => {
      save([x, weight])
      return {
        value: tensorflow().add(product(x, weight, false, true), bias),
        gradFunc: (dy, saved) => [product(dy, saved[1]!), product(dy, saved[0]!, true), sum(dy, 0)]
      }
    })

/**
 * Rows of `table_VH` at `ids` (int32, any shape): [..., H]. Ids must lie in the table: this does not read them back to
 * look, as tfjs's own gather does on every call, so whoever makes ids checks them.
 */
export const lookUp = (table_VH: Tensor, ids: Tensor): Tensor => {
  const tf = tensorflow()
  const [vocabulary, width] = table_VH.shape as [number, number]
  return withGradient([table_VH], (save, table) => {
    save([ids])
    return {
      value: execute("GatherV2", { batch_dims: 0, Tparams: "float32", Tindices: "int32", Taxis: "int32" },
        [table, ids, tf.scalar(0, "int32")]),
      gradFunc: (dy, [ids]) => [tf.unsortedSegmentSum(
        tf.reshape(dy, [ids!.size, width]), tf.reshape(ids!, [ids!.size]) as never, vocabulary)]
    }
  })
}

/** Root-mean-square norm over the last axis: `x / sqrt(mean(x^2) + epsilon) * weight`. `x` is [..., H]. */
export const rmsNorm = (x_H: Tensor, weight_H: Tensor, epsilon: number): Tensor => {
  const tf = tensorflow()
  const width = weight_H.shape[0]!
  return withGradient([x_H, weight_H], (save, x, weight) => {
    // sqrt(sum(x^2)) in one pass
    const lastAxis = tf.tensor1d([x.rank - 1], "int32")
    const length = execute("EuclideanNorm", { keep_dims: true, T: "float32", Tidx: "int32" }, [x, lastAxis])
    const inverse = tf.rsqrt(tf.add(tf.mul(tf.square(length), 1 / width), epsilon))
    const normal = tf.mul(x, inverse)
    save([normal, inverse, weight])
    return {
      value: tf.mul(normal, weight),
      gradFunc: (dy, [normal, inverse, weight]) => {
        const along_NH = tf.reshape(tf.mul(dy, normal!), [dy.size / width, width])
        const dWeight = sum(along_NH, 0)
        // mean over the row of dy * weight * normal, as a product with a column
        const column_H1 = tf.reshape(tf.mul(weight!, 1 / width), [width, 1])
        const mean = tf.reshape(product(along_NH, column_H1), inverse!.shape)
        const dx = tf.mul(tf.sub(tf.mul(dy, weight!), tf.mul(normal!, mean)), inverse!)
        return [dx, dWeight]
      }
    }
  })
}

/** The halves of the last axis exchanged. */
const swapHalves = (x_D: Tensor): Tensor => {
  const tf = tensorflow()
  return execute("Roll", { T: "float32", Tshift: "int32", Taxis: "int32" },
    [x_D, tf.scalar(x_D.shape[x_D.rank - 1]! / 2, "int32"), tf.scalar(x_D.rank - 1, "int32")])
}

/**
 * Rotary positions by halves: `x * cos + swapped(x) * sin`, where `sin` carries the minus of its first half.
 * `x` is [..., T, D], the tables are [T, D] (or broadcast to `x`) and get no gradient.
 */
export const rotate = (x: Tensor, cos: Tensor, sin: Tensor): Tensor => {
  const tf = tensorflow()
  return withGradient([x], (save, x) => {
    save([cos, sin])
    return {
      value: tf.add(tf.mul(x, cos), tf.mul(swapHalves(x), sin)),
      // swapping is its own inverse and its own transpose
      gradFunc: (dy, [cos, sin]) => [tf.add(tf.mul(dy, cos!), swapHalves(tf.mul(dy, sin!)))]
    }
  })
}

/**
 * Causal attention of `groups` query heads to each key-value head. Queries come scaled.
 * `queries` is [B, groups * T, D], `keys` and `values` are [B, T, D], `mask_TT` is 0 where a token may look, very
 * negative elsewhere; it may be [lines, 1, T, T], B being heads of that many lines. Returns [B, groups * T, D].
 */
export const attend = (queries: Tensor, keys: Tensor, values: Tensor, mask_TT: Tensor, groups: number): Tensor => {
  const tf = tensorflow()
  const [batch, length] = [keys.shape[0]!, keys.shape[1]!]
  return withGradient([queries, keys, values], (save, q, k, v) => {
    const lines = mask_TT.rank === 2 ? [] : [mask_TT.shape[0]!]
    const scores = tf.reshape(products(q, k, false, true), [...lines, batch * groups / (lines[0] ?? 1), length, length])
    const weights = tf.reshape(tf.softmax(tf.add(scores, mask_TT)), [batch, groups * length, length])
    const out = products(weights, v)
    save([q, k, v, weights, out])
    return {
      value: out,
      gradFunc: (dy, [q, k, v, weights, out]) => {
        // sum(dWeights * weights) over keys equals sum(dy * out) over the head's width, which is narrower
        const along = sum(tf.mul(dy, out!), 2, true)
        const dScores = tf.mul(tf.sub(products(dy, v!, false, true), along), weights!)
        return [products(dScores, k!), products(dScores, q!, true), products(weights!, dy, true)]
      }
    }
  })
}

/** `silu(gate) * up`, the gate of SwiGLU. */
export const gateWith = (gate: Tensor, up: Tensor): Tensor => {
  const tf = tensorflow()
  return withGradient([gate, up], (save, gate, up) => {
    const opening = tf.sigmoid(gate)
    const silu = tf.mul(gate, opening)
    save([opening, silu, up])
    return {
      value: tf.mul(silu, up),
      gradFunc: (dy, [opening, silu, up]) => {
        const dSilu = tf.mul(dy, up!)
        // d silu / d gate = s + silu * (1 - s)
        const slope = tf.add(opening!, tf.sub(silu!, tf.mul(silu!, opening!)))
        return [tf.mul(dSilu, slope), tf.mul(dy, silu!)]
      }
    }
  })
}
