/** 32-bit random streams, one for each (seed, purpose, id), so that a sample does not depend on those before it. */

/** FNV-1a over ASCII characters, ended by murmur3's mixer; 0 to 2^32 - 1. */
export const hash32 = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** An integer in [0, n) at each call, n below 2^21. */
export type Below = (n: number) => number

/** mulberry32, started from the hash of its key. */
export const stream = (seed: number, purpose: string, id: number): Below => {
  let state = hash32(`${seed}/${purpose}/${id}`)
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor(((t ^ (t >>> 14)) >>> 0) * n / 4294967296)
  }
}
