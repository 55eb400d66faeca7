/** A typed array that grows by doubling: flat columns of a file whose length is not known before it is read. */
type Numbers = Int32Array | Uint8Array | Float32Array

export class Growing<A extends Numbers> {
  #values: A
  #length = 0
  readonly #make: new (length: number) => A

  constructor(make: new (length: number) => A) {
    this.#make = make
    this.#values = new make(1024)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#values.length) return
    const larger = new this.#make(Math.max(this.#values.length * 2, this.#length + more))
    larger.set(this.#values.subarray(0, this.#length))
    this.#values = larger
  }

  push(value: number): void {
    this.#reserve(1)
    this.#values[this.#length++] = value
  }

  /** Appends values[from, to). */
  append(values: A, from: number, to: number): void {
    this.#reserve(to - from)
    this.#values.set(values.subarray(from, to), this.#length)
    this.#length += to - from
  }

  /** The values so far, in an array of their exact length. */
  take(): A {
    return this.#values.slice(0, this.#length) as A
  }
}
