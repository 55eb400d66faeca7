/**
 * A seeded stream of uniform numbers in [0, 1): the same on every machine. For resampling and simulation only.
 * @source sfc32 of C. Doty-Humphrey's PractRand, seeded by the 32-bit finaliser of MurmurHash3
 */
export const randomStream = (seed: number): (() => number) => {
  const mix = (value: number) => {
    let h = value | 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    return h ^ (h >>> 16)
  }
  let a = mix(seed)
  let b = mix(seed + 0x9e3779b9)
  let c = mix(seed ^ 0x5bf03635)
  let counter = 1
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) next()
  return next
}
