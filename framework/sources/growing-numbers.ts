/** A column of numbers that grows: one typed array, doubled where it is full. */
type Numbers = Float64Array | Uint32Array | Uint8Array

export class GrowingNumbers<A extends Numbers> {
  #values: A
  #length = 0

  constructor(empty: A) {
    this.#values = empty
  }

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new (this.#values.constructor as new (length: number) => A)(Math.max(1024, Math.ceil(1.5 * this.#length)))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  at(index: number): number {
    return this.#values[index]!
  }
}
