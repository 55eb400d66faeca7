/** Numbers for the tests of losses: repeatable random ones, and how far two tables lie apart. */
type Rows = ReadonlyArray<ReadonlyArray<number>>

/** Uniform in [0, 1), the same for the same seed (a 32-bit linear congruential generator, its high bits). */
export const randomNumbers = (seed: number) => {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) / 2 ** 24
  }
}

/** Largest |a - b| / max(1, |a|); NaN anywhere gives NaN, other shapes Infinity. */
export const maxDifference = (a: Rows, b: Rows): number => {
  const [x, y] = [a.flat(), b.flat()]
  if (x.length !== y.length) return Infinity
  return x.map((value, index) => Math.abs(value - y[index]!) / Math.max(1, Math.abs(value)))
    .reduce((worst, value) => Number.isNaN(value) || value > worst ? value : worst, 0)
}

/** Softmax of each row, in probability space: independent of the framework's log-space. */
export const softmaxRows = (logits: Rows): Array<Array<number>> =>
  logits.map((row) => {
    const weights = row.map((logit) => Math.exp(logit - Math.max(...row)))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.map((weight) => weight / total)
  })
