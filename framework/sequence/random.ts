/**
 * Random streams keyed by what they are for, never by a cell: (seed, purpose, id). Cells of one seed therefore share their
 * data order, which is what makes their differences comparable.
 */
import { createHash } from "node:crypto"

/** Uniform numbers in [0, 1), 32 bits each, by the xoshiro128** generator. @source Blackman and Vigna, 2018 */
export type RandomStream = () => number

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

/** Stream for a purpose. Equal keys give equal streams on every machine. */
export const randomStream = (seed: number, purpose: string, id: string | number = ""): RandomStream => {
  const key = createHash("sha256").update(`${seed}\0${purpose}\0${id}`).digest()
  let [a, b, c, d] = [0, 4, 8, 12].map((offset) => key.readUInt32LE(offset)) as [number, number, number, number]
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotateLeft(d, 11)
    return result / 4294967296
  }
}

/** 0 … count-1 in random order (Fisher-Yates). */
export const shuffled = (count: number, random: RandomStream): Int32Array => {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = order[last] as number
    order[last] = order[other] as number
    order[other] = kept
  }
  return order
}
