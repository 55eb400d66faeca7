/** Sequences and random numbers for examples: what a policy is given where nothing is tokenised. */
import { createHash } from "node:crypto"
import type { RandomOf, SequenceInfo, TruncationContext } from "../define.ts"

const codes: Readonly<Record<string, number>> = { P: 0, O: 0, T: 1, C: 1, A: 2, E: 2 }

interface Written {
  /** a letter a token, as `TruncationExample` says */
  readonly segments: string
  /** [T]; left out: the letters in small, "p", "t", "a" */
  readonly texts?: ReadonlyArray<string> | undefined
  readonly derivedAt?: number | null | undefined
  readonly id?: string
}

/**
 * The sequence that an example's letters stand for. Its tokens are 0, 1, 2...
 * @throws Error if a letter is unknown, segments go backwards, or there is not one text a token
 */
export const exampleSequence = ({ derivedAt = null, id = "example", segments, texts }: Written): SequenceInfo => {
  const length = segments.length
  if (!/^P*O*T*C*A*E*$/.test(segments) || length === 0) {
    throw new Error(`segments "${segments}", expected letters in this order: P prompt, O opener, T thought, C closer, A answer, E end of turn`)
  }
  if (texts !== undefined && texts.length !== length) throw new Error(`${texts.length} texts, expected one for each of the ${length} segments' letters`)
  const at = (letter: string) => segments.includes(letter) ? segments.indexOf(letter) : null
  return {
    id,
    tokens_T: Int32Array.from({ length }, (_, t) => t),
    segments_T: Uint8Array.from(segments, (letter) => codes[letter]!),
    derivedAt,
    openerAt: at("O"),
    closerAt: at("C"),
    endOfTurnAt: at("E"),
    textAt: (t) => texts?.[t] ?? segments[t]!.toLowerCase()
  }
}

/** 1/2, 1/4, 3/4, 1/8, 5/8, 3/8, 7/8...: the n-th number has n's binary digits, mirrored at the point. Known by heart, and spread evenly. */
export const exampleRandom: RandomOf = () => {
  let n = 0
  return () => {
    n++
    let [value, digit] = [0, 0.5]
    for (let rest = n; rest > 0; rest >>= 1, digit /= 2) value += (rest & 1) * digit
    return value
  }
}

/** Other numbers for each key, always the same ones. */
export const keyedRandom = (key: string): RandomOf => (purpose) => {
  let n = 0
  return () => createHash("sha256").update(`${key}\0${purpose}\0${n++}`).digest().readUInt32LE(0) / 4294967296
}

/** Of a data set that holds these sequences alone. */
export const populationOf = (sequences: ReadonlyArray<SequenceInfo>): TruncationContext["population"] => ({
  lengths_N: Int32Array.from(sequences, ({ tokens_T }) => tokens_T.length),
  derivedAt_N: Int32Array.from(sequences, (sequence) => sequence.derivedAt ?? -1)
})

/**
 * Sequences of many lengths for what must always hold: whole turns with and without markers, thoughts that never end,
 * answers without a thought, prompts alone, a derivation at every place. Texts have words, numbers and line ends.
 */
export const probes: ReadonlyArray<SequenceInfo> = [...Array.from({ length: 24 }, (_, index) => index + 1), 31, 32, 33, 48, 64].flatMap((length) => {
  const third = Math.floor(length / 3)
  const rest = length - 2 * third
  const shapes = [
    "P".repeat(length),
    "P".repeat(rest) + "T".repeat(third) + "A".repeat(third),
    "P".repeat(rest) + "T".repeat(2 * third),
    "P".repeat(rest) + "A".repeat(2 * third),
    ...(length < 7 ? [] : [
      `${"P".repeat(rest)}O${"T".repeat(third - 1)}C${"A".repeat(third - 2)}E`,
      `${"P".repeat(rest + third - 2)}OC${"A".repeat(third - 1)}E`,
      `${"P".repeat(rest)}OO${"T".repeat(third)}CC${"A".repeat(third - 2)}`.slice(0, length)
    ])
  ]
  const words = ["Wait", ",", " so", " 3", ".", "14", " is", " it", ".", "\n\n", "é", "1", ".", " Then", "!"]
  return shapes.map((segments, shape) => {
    const thought = segments.indexOf("T")
    return exampleSequence({
      segments, id: `${length}-${shape}`, texts: Array.from(segments, (_, t) => words[(t + shape) % words.length]!),
      derivedAt: thought < 0 ? null : thought + 1 + length % (segments.lastIndexOf("T") - thought + 1)
    })
  })
})
