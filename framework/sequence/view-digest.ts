/**
 * The identity of what a cell feeds to training, compared on data and never inferred from names.
 *
 * A causal student cannot feel what stands after the last supervised target of a sequence, so each row counts only up to it:
 * token ids from the first kept token to that target, their weights as targets, and the position of the first (positions go
 * on from there by one). P+CoT+A and P+CoT are one view exactly where A is cut from *every* sample; P+CoT+A at ratio 0.9 and
 * at 1.0 are two. A row without target counts as empty but keeps its place: batches name rows by number.
 *
 * Where something is left out before the last target, the bounds of the spans up to it count too: equal tokens that stood in
 * other places of the whole sequence are other targets of the teacher.
 *
 * `kept` adds the lengths of the kept spans, for a reduction that divides by them (`fixed`).
 *
 * Each distinct view is hashed once however many cells ask for it: `data-views.ts` remembers views by what they are made from
 * (truncation, ratio, segments, selection), and only the few distinct requests of a grid reach this file. Cells whose
 * requests differ but whose data agree meet here, by equal digest.
 */
import { createHash } from "node:crypto"
import type { Prepared } from "./prepared-file.ts"
import type { CellView, ViewRow } from "./view-file.ts"

export interface ViewDigest {
  /** what the student is trained on, sha256 in hex */
  readonly targets: string
  /** the same and the kept lengths */
  readonly kept: string
}

/** Index of a row's last target among its kept tokens, or -1. */
export const lastTarget = ({ weights }: ViewRow): number => {
  for (let i = weights.length - 1; i > 0; i--) if (weights[i]! > 0) return i
  return -1
}

/** Spans up to and with the kept token of index `last`. */
const spansUpTo = (spans: Int32Array, last: number): Int32Array => {
  let kept = 0
  for (let i = 0; i < spans.length; i += 2) {
    const length = spans[i + 1]! - spans[i]!
    if (kept + length > last) {
      const clipped = spans.slice(0, i + 2)
      clipped[i + 1] = spans[i]! + last + 1 - kept
      return clipped
    }
    kept += length
  }
  return spans
}

const bytesOf = (values: Int32Array | Float32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/**
 * Takes rows one after the other, in the order of the view.
 * @param positions `restart`: the first kept token stands at position 0; `original`: where it stood in the whole sequence
 */
export const digestRows = (prepared: Prepared, positions: "restart" | "original" = "restart") => {
  const hash = createHash("sha256").update("leadspan view 1\n")
  const header = new Int32Array(2)
  const add = (row: ViewRow): void => {
    const last = lastTarget(row)
    if (last === -1) {
      header.fill(0)
      hash.update(bytesOf(header))
      return
    }
    const spans = spansUpTo(row.spans, last)
    header[0] = last + 1
    // A start is never negative, so a negative number says that spans follow.
    header[1] = spans.length > 2 ? -(spans.length / 2) : positions === "restart" ? 0 : spans[0]!
    hash.update(bytesOf(header))
    if (spans.length > 2) hash.update(bytesOf(spans))
    const { tokens_T } = prepared.row(row.prepared)
    for (let i = 0; i < spans.length; i += 2) hash.update(bytesOf(tokens_T.subarray(spans[i]!, spans[i + 1]!)))
    hash.update(bytesOf(row.weights.subarray(0, last + 1)))
  }
  /** @param lengths_N kept tokens of each row that was added */
  const finish = (lengths_N: Int32Array): ViewDigest => ({
    targets: hash.copy().digest("hex"), kept: hash.update("kept\n").update(bytesOf(lengths_N)).digest("hex")
  })
  return { add, finish }
}

export const viewDigest = (prepared: Prepared, view: CellView, positions: "restart" | "original" = "restart"): ViewDigest => {
  const digest = digestRows(prepared, positions)
  for (let n = 0; n < view.count; n++) digest.add(view.row(n))
  return digest.finish(view.lengths_N)
}
