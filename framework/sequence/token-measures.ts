/** The output of a measure step as selectors read it. */
import { join } from "node:path"
import { Effect } from "effect"
import type { TokenMeasures } from "../plugin/define.ts"
import { measuresName, readMeasures } from "./measures-file.ts"
import { SequenceError } from "./SequenceError.ts"

/** @param folder output of the measure step */
export const openMeasures = (folder: string): Effect.Effect<{ readonly of: (row: number) => TokenMeasures; readonly close: () => void }, SequenceError> => {
  const path = join(folder, measuresName)
  const taught = (values: Float32Array | null): Float32Array => {
    if (values !== null) return values
    throw new SequenceError({
      code: "data-malformed", where: path, expected: "what a teacher says of each token", found: "measures without a teacher",
      advice: "Name a `teacher` in the spec, or choose a selector that reads the student alone."
    })
  }
  return Effect.map(readMeasures(path), ({ close, row }) => ({
    close,
    of: (n) => {
      const { divergence_T, studentEntropy_T, teacherEntropy_T } = row(n)
      return {
        studentEntropy_T,
        get teacherEntropy_T() { return taught(teacherEntropy_T) },
        get divergence_T() { return taught(divergence_T) }
      }
    }
  }))
}
