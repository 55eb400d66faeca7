/** A whole, untruncated sequence: what a trace becomes under a template and a tokenizer. */
export interface Sequence {
  readonly id: string
  /** [T] */
  readonly tokens_T: Int32Array
  /** 0 prompt, 1 cot, 2 answer; never decreasing, [T] */
  readonly segments_T: Uint8Array
  /** index just after the token that completes the first derivation of the answer, or null */
  readonly derivedAt: number | null
  /** first token of the thought's opener, which is [openerAt, first token of the thought); null where there is none */
  readonly openerAt: number | null
  /** first token of the thought's closer, which is [closerAt, first token of the answer); null where the thought never ends */
  readonly closerAt: number | null
  /** first token of the end of turn, which is [endOfTurnAt, T); null where there is none */
  readonly endOfTurnAt: number | null
}
