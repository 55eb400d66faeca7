/**
 * A few numbers of each trace, in typed arrays. Beyond `capacity` traces a uniform random sample of them is held (Vitter's
 * algorithm R), so that memory does not grow with the data.
 */
import { randomStream } from "../statistics/random-stream.ts"

/** The derivation is not in the thought. */
export const notFound = -1
/** There is no answer to look for, or nobody looked. */
export const notKnown = -2

export const matchers = ["told", "strict", "loose", "equivalent"] as const
/** `told`: by the data set itself. The others look for the answer in the thought. */
export type Matcher = (typeof matchers)[number]

/** One trace in numbers. Lengths and places in the unit of the survey. */
export interface Row {
  /** number of the data set it is of */
  readonly set: number
  /** number of its tier */
  readonly tier: number
  /** 1 right, 0 wrong, -1 not known */
  readonly correct: number
  readonly prompt: number
  readonly cot: number
  readonly answer: number
  /** 1: the thought ends */
  readonly closed: number
  /** 53 bits that stand for the problem */
  readonly problem: number
  /** units from the thought's beginning to just after the first derivation, or `notFound`, or `notKnown` */
  readonly told: number
  readonly strict: number
  readonly loose: number
  readonly equivalent: number
}

const columns = ["set", "tier", "correct", "prompt", "cot", "answer", "closed", ...matchers] as const

export class Rows {
  /** traces that were offered, held or not */
  seen = 0
  held = 0
  #size = 1024
  readonly #capacity: number
  readonly #random = randomStream(1)
  readonly #columns = new Map<string, Int32Array>(columns.map((name) => [name, new Int32Array(1024)]))
  #problems = new Float64Array(1024)

  constructor(capacity = 100_000) {
    this.#capacity = capacity
  }

  add(row: Row): void {
    const place = this.seen < this.#capacity ? this.seen : Math.floor(this.#random() * (this.seen + 1))
    this.seen++
    if (place >= this.#capacity) return
    if (place >= this.#size) this.#grow()
    for (const name of columns) this.#columns.get(name)![place] = row[name]
    this.#problems[place] = row.problem
    this.held = Math.min(this.seen, this.#capacity)
  }

  at(n: number): Row {
    const of = (name: (typeof columns)[number]) => this.#columns.get(name)![n]!
    // written out, so that all rows are objects of one shape
    return {
      set: of("set"), tier: of("tier"), correct: of("correct"), prompt: of("prompt"), cot: of("cot"), answer: of("answer"), closed: of("closed"),
      problem: this.#problems[n]!, told: of("told"), strict: of("strict"), loose: of("loose"), equivalent: of("equivalent")
    }
  }

  #grow(): void {
    this.#size = Math.min(this.#capacity, 2 * this.#size)
    for (const [name, values] of this.#columns) {
      const longer = new Int32Array(this.#size)
      longer.set(values)
      this.#columns.set(name, longer)
    }
    const longer = new Float64Array(this.#size)
    longer.set(this.#problems)
    this.#problems = longer
  }
}

/** Whole sequence, in units. */
export const lengthOf = ({ answer, cot, prompt }: Row): number => prompt + cot + answer

/** 53 bits of a text. */
export const hashOf = (text: string): number => {
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return (b & 0x1fffff) * 4294967296 + (a >>> 0)
}
