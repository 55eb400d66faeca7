import { randomStream } from "../../../framework/statistics/random-stream.ts"

/** A stream of its own for each world and purpose, the same in every run: FNV-1a of its JSON. */
export const streamFor = (...what: ReadonlyArray<unknown>): (() => number) => {
  let hash = 0x811c9dc5
  for (const letter of JSON.stringify(what)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return randomStream(hash)
}
