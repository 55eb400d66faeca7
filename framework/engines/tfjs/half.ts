/**
 * Numbers as IEEE half precision, rounded to nearest, ties to even; beyond 65504 infinite.
 * ```ts
 * [...numbersToHalves(Float32Array.of(1, -2, 65504))] // => [15360, 49152, 31743]
 * ```
 */
export const numbersToHalves = (values: Float32Array): Uint16Array => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(bits, halfBits)
}

const halfBits = (bits: number): number => {
  const sign = bits >>> 16 & 0x8000
  const exponent = bits >>> 23 & 0xff
  const fraction = bits & 0x7fffff
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200)
  const power = exponent - 127 + 15
  if (power >= 31) return sign | 0x7c00
  // Below the smallest normal half the fraction keeps its leading one and loses a bit for every power missing.
  const shift = power > 0 ? 13 : 14 - power
  if (shift > 24) return sign
  const whole = power > 0 ? power << 23 | fraction : fraction | 0x800000
  const half = whole >>> shift
  const rest = whole & (1 << shift) - 1
  const tie = 1 << shift - 1
  return sign | half + (rest > tie || (rest === tie && (half & 1) === 1) ? 1 : 0)
}
