/**
 * Random numbers that depend on what they are for and on nothing else: streams are keyed, so that two trials, batches
 * or machines that ask for the same thing get the same numbers. Integer arithmetic only, up to the last step.
 */

/** 32-bit hash of a list of numbers and texts (FNV-1a over their parts, then a murmur3 finaliser). */
export const keyOf = (...parts: ReadonlyArray<number | string>): number => {
  let hash = 0x811c9dc5
  const mix = (byte: number) => { hash = Math.imul(hash ^ byte, 0x01000193) }
  for (const part of parts) {
    const text = typeof part === "number" ? `#${part}` : `"${part}`
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      mix(code & 0xff)
      mix(code >>> 8)
    }
    mix(0x1f)
  }
  return finalise(hash)
}

const finalise = (value: number): number => {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/**
 * A stream of 32-bit integers for a key: xoshiro128** seeded by four hashes of it.
 * @source Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021
 */
export const integers = (...key: ReadonlyArray<number | string>): () => number => {
  const state = [0, 1, 2, 3].map((lane) => keyOf(lane, ...key)) as [number, number, number, number]
  if (state.every((word) => word === 0)) state[0] = 1
  return () => {
    let [a, b, c, d] = state
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    state[0] = a
    state[1] = b
    state[2] = c
    state[3] = d
    return result
  }
}

/** A stream of numbers in [0, 1) with 53 random bits. */
export const uniforms = (...key: ReadonlyArray<number | string>): () => number => {
  const next = integers(...key)
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992
}

/** `count` numbers from normal(0, `deviation`), by the polar method (no sine or cosine). */
export const normals = (count: number, deviation: number, ...key: ReadonlyArray<number | string>): Float32Array => {
  const next = uniforms(...key)
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) {
    let x = 0
    let y = 0
    let square = 0
    do {
      x = 2 * next() - 1
      y = 2 * next() - 1
      square = x * x + y * y
    } while (square >= 1 || square === 0)
    const scale = deviation * Math.sqrt(-2 * Math.log(square) / square)
    values[i] = x * scale
    if (i + 1 < count) values[i + 1] = y * scale
  }
  return values
}
