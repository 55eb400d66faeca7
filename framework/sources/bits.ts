/** Bits of numbers, growing. */
export class Bits {
  #bytes = new Uint8Array(1024)
  set(n: number): void {
    if (n >> 3 >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, (n >> 3) + 1))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[n >> 3]! |= 1 << (n & 7)
  }
  has(n: number): boolean {
    return ((this.#bytes[n >> 3] ?? 0) & (1 << (n & 7))) !== 0
  }
}
