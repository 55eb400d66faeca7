// Cuts by the ratio, as `first` does, then goes back to the last bound of a sentence or paragraph in what is kept of the
// thought (or of the answer, where the cut falls there); `../parts/sentences.ts` has the rule for bounds. Where no bound
// stands before the cut, or the cut falls elsewhere, the plain cut stays: never more than L tokens are kept.
import { defineTruncation, keptLength, Schema, type SequenceInfo, withDefault } from "leadspan"
import { cutOptions } from "../parts/cut-options.ts"
import { boundsOf, type Unit } from "../parts/sentences.ts"
import { keep, thoughtOf } from "../parts/thought.ts"
import { tokenTexts } from "../parts/token-texts.ts"

/** Just after the last token of [start, cut) with which a unit of the text of [start, end) is over; `cut` if there is none. */
const lastBound = (sequence: SequenceInfo, start: number, end: number, cut: number, unit: Unit): number => {
  const texts = tokenTexts(sequence, start, end)
  const bounds = boundsOf(texts.join(""), unit)
  let [found, characters, bound] = [cut, 0, 0]
  for (let t = start; t < cut; t++) {
    characters += texts[t - start]!.length
    while (bound < bounds.length - 1 && bounds[bound]!.next < characters) bound++
    // over: all of it is read, and nothing of the next one
    if (bounds[bound]!.end <= characters && characters <= bounds[bound]!.next) found = t + 1
  }
  return found
}

export default defineTruncation({
  name: "sentence",
  options: Schema.Struct({ bound: withDefault(Schema.Literals(["sentence", "paragraph"]), "sentence"), ...cutOptions }),
  span: (sequence, ratio, { answer, bound, of }) => {
    const length = sequence.tokens_T.length
    const { answerAt, end, start } = thoughtOf(sequence)
    const cut = of === "sequence" ? keptLength(length, ratio) : start + (start < end ? keptLength(end - start, ratio) : 0)
    const [from, to] = cut < end ? [start, end] : [answerAt, sequence.endOfTurnAt ?? length]
    return keep(sequence, [[0, from < cut && cut < to ? lastBound(sequence, from, to, cut, bound) : cut]], answer)
  },
  examples: [
    // 0.6 of 16 are 9 tokens, up to "No"; the last sentence that is whole ends with token 7, and 3.14 ends none
    {
      segments: "PPTTTTTTTTTTTCAA", ratio: "0.6",
      texts: ["Q", "?", "It", " is", " 3", ".", "14", ".", " No", ",", " it", " is", ".", "</t>", "3", "."], span: [0, 8]
    },
    { segments: "PTTTTTTAA", ratio: "0.6", texts: ["Q", "e", ".g", ".", " one", " or", " two", "1", "2"], span: [0, 5] },
    { segments: "PTTTTTTTT", ratio: "0.9", texts: ["Q", "So", ":\n", "1", ".", " x", ".\n", "2", "."], span: [0, 7] },
    // one token holds the end of a sentence and the beginning of the next: it cannot be cut there
    { segments: "PTTTT", ratio: "0.8", texts: ["Q", "One", ". T", "wo", "."], span: [0, 4] },
    { segments: "PTTTTTT", ratio: "0.9", texts: ["Q", "One", ".", "\n\n", "Two", ".", " 3"], options: { bound: "paragraph" }, span: [0, 4] },
    { segments: "PTTTTTT", ratio: "0.9", texts: ["Q", "One", ".", "\n\n", "Two", ".", " 3"], span: [0, 6] },
    {
      segments: "PTTTTCAE", ratio: "0.75", texts: ["Q", "One", ".", " Two", ".", "</t>", "2", "<e>"], options: { of: "cot", answer: "kept" },
      kept: { spans: [[0, 3], [5, 8]], masked: [[5, 6]] }
    }
  ]
})
