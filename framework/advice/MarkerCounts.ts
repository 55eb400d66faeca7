/** Counts of marker classes by tenth, of one data set: sums only. */
import { type Measured, tenths } from "./measure-trace.ts"
import { markerClasses } from "../sequence/find-markers.ts"

export interface MarkerTable {
  /** units in each tenth, all traces together, [10] */
  readonly units: ReadonlyArray<number>
  /** markers in each tenth by class, [10] each */
  readonly counts: Readonly<Record<string, ReadonlyArray<number>>>
}

const empty = () => ({
  units: new Float64Array(tenths), counts: new Map(Object.keys(markerClasses).map((name) => [name, new Float64Array(tenths)]))
})
type Sums = ReturnType<typeof empty>

/** Adds `length` units to the tenths they lie in: unit u is in tenth floor(10 u / length), as a marker at u is. */
const spread = (sums: Sums, length: number): void => {
  let before = 0
  for (let tenth = 0; tenth < tenths; tenth++) {
    const upTo = Math.ceil(((tenth + 1) * length) / tenths)
    sums.units[tenth]! += upTo - before
    before = upTo
  }
}

const tableOf = ({ counts, units }: Sums): MarkerTable => ({
  units: [...units], counts: Object.fromEntries([...counts].map(([name, numbers]) => [name, [...numbers]]))
})

export class MarkerCounts {
  readonly #thought = empty()
  readonly #sequence = empty()

  add({ answer, cot, markers, prompt }: Pick<Measured, "answer" | "cot" | "markers" | "prompt">): void {
    spread(this.#thought, cot)
    spread(this.#sequence, prompt + cot + answer)
    for (const { name, ofSequence, ofThought } of markers) {
      if (ofThought !== null) this.#thought.counts.get(name)![ofThought]!++
      this.#sequence.counts.get(name)![ofSequence]!++
    }
  }

  tables(): { readonly thought: MarkerTable; readonly sequence: MarkerTable } {
    return { thought: tableOf(this.#thought), sequence: tableOf(this.#sequence) }
  }
}
