/** 64 bits that stand for a text, and a set of them that costs no object an entry. */
import { createHash } from "node:crypto"

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

/** The first 48 bits of SHA-256 over the parts, joined by NUL: a number that orders or splits. */
export const hashed = (...parts: ReadonlyArray<string | number>): number => digest(parts.join("\0")).readUIntBE(0, 6)

/** The first 64 bits of SHA-256, as two halves. Among a million texts, two are taken for one with a chance of 3e-8. */
export const hash64 = (text: string): readonly [high: number, low: number] => {
  const bytes = digest(text)
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)]
}

/** A set of 64-bit hashes by open addressing: 8 bytes a slot, at most two thirds of them taken. */
export class HashSet64 {
  #slots = new Uint32Array(2 * 1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Adds; false if it was there. 0 stands for a free slot, so that hash counts as 1. */
  add([high, low]: readonly [number, number]): boolean {
    if (3 * (this.#size + 1) > this.#slots.length) this.#grow()
    const isNew = this.#put(this.#slots, high, low)
    if (isNew) this.#size++
    return isNew
  }

  #put(slots: Uint32Array, high: number, low: number): boolean {
    const kept = high === 0 && low === 0 ? 1 : low
    const mask = slots.length / 2 - 1
    let at = (high ^ kept) & mask
    while (slots[2 * at] !== 0 || slots[2 * at + 1] !== 0) {
      if (slots[2 * at] === high && slots[2 * at + 1] === kept) return false
      at = (at + 1) & mask
    }
    slots[2 * at] = high
    slots[2 * at + 1] = kept
    return true
  }

  #grow(): void {
    const old = this.#slots
    const slots = new Uint32Array(2 * old.length)
    for (let at = 0; at < old.length; at += 2) if (old[at] !== 0 || old[at + 1] !== 0) this.#put(slots, old[at]!, old[at + 1]!)
    this.#slots = slots
  }
}
