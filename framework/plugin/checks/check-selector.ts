/** Checks a token selector: on many lengths, one finite weight of 0 or more a token, the same twice for one seed. */
import type { SelectorPlugin } from "../define.ts"
import { segments } from "../../sequence/Segment.ts"
import { type CheckContext, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds } from "./CheckRow.ts"
import { exampleSequence } from "./check-truncation.ts"

export const checkSelector = (context: CheckContext<SelectorPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const example = "lengths 1-64"
  return withOptions(context, plugin, undefined, example, (options) => {
    const faults: Array<string> = []
    for (let length = 1; length <= 64; length++) {
      const weigh = () => plugin.weights(exampleSequence(length), segments, 1, options)
      const weights: unknown = weigh()
      const fault = !(weights instanceof Float32Array) || weights.length !== length ? "not one weight a token in a Float32Array"
        : !weights.every((weight) => Number.isFinite(weight) && weight >= 0) ? "a weight below 0 or not finite"
        : !weights.every(((second) => (weight, t) => weight === second[t])(weigh())) ? "other weights the second time"
        : null
      if (fault !== null) faults.push(`${fault}, of ${length} tokens`)
    }
    return [holds("a finite weight of 0 or more a token, always the same", example, "64 sequences", faults[0] ?? "64 sequences", faults.length === 0)]
  })
}
