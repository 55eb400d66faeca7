/**
 * The identity of what a cell feeds to training, compared on data and never inferred from names.
 *
 * A causal student cannot feel what stands after the last supervised target of a sequence, so each row counts only up to it:
 * token ids from the first kept token to that target, their weights as targets, and the position of the first (positions go
 * on from there by one). P+CoT+A and P+CoT are one view exactly where A is cut from *every* sample; P+CoT+A at ratio 0.9 and
 * at 1.0 are two. A row without target counts as empty but keeps its place: batches name rows by number.
 *
 * `kept` adds the lengths of the kept spans, for a reduction that divides by them (`fixed`).
 *
 * Each distinct view is hashed once however many cells ask for it: `data-views.ts` remembers views by what they are made from
 * (truncation, ratio, segments, selection), and only the few distinct requests of a grid reach this file. Cells whose
 * requests differ but whose data agree meet here, by equal digest.
 */
import { createHash } from "node:crypto"
import type { Prepared } from "./prepared-file.ts"
import type { CellView } from "./view-file.ts"

export interface ViewDigest {
  /** what the student is trained on, sha256 in hex */
  readonly targets: string
  /** the same and the kept lengths */
  readonly kept: string
}

/** Index of the last target of row n in the row's kept span, or -1. */
export const lastTarget = (view: CellView, n: number): number => {
  const first = view.weightOffsets[n]!
  for (let i = view.weightOffsets[n + 1]! - 1; i > first; i--) if (view.weights[i]! > 0) return i - first
  return -1
}

const bytesOf = (values: Int32Array | Float32Array, from: number, to: number): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset + 4 * from, 4 * (to - from))

/**
 * @param positions `restart`: the first kept token stands at position 0; `original`: where it stood in the whole sequence
 */
export const viewDigest = (prepared: Prepared, view: CellView, positions: "restart" | "original" = "restart"): ViewDigest => {
  const hash = createHash("sha256").update("leadspan view 1\n")
  const header = new Int32Array(2)
  for (let n = 0; n < view.starts.length; n++) {
    const last = lastTarget(view, n)
    const start = view.starts[n]!
    header[0] = last + 1
    header[1] = last === -1 || positions === "restart" ? 0 : start
    hash.update(bytesOf(header, 0, 2))
    if (last === -1) continue
    const token = prepared.tokenOffsets[n]! + start
    const weight = view.weightOffsets[n]!
    hash.update(bytesOf(prepared.tokens, token, token + last + 1))
    hash.update(bytesOf(view.weights, weight, weight + last + 1))
  }
  const targets = hash.copy().digest("hex")
  const lengths = view.ends.map((end, n) => end - view.starts[n]!)
  return { targets, kept: hash.update("kept\n").update(bytesOf(lengths, 0, lengths.length)).digest("hex") }
}
