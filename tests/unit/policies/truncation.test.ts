/** Truncation rules on whole data sets: what the examples of one sequence cannot show. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import chainArithmetic from "../../../plugins/datasets/chain-arithmetic.ts"
import derivation from "../../../plugins/truncation/derivation.ts"
import first from "../../../plugins/truncation/first.ts"
import last from "../../../plugins/truncation/last.ts"
import middle from "../../../plugins/truncation/middle.ts"
import randomBudget from "../../../plugins/truncation/random-budget.ts"
import sentence from "../../../plugins/truncation/sentence.ts"
import { Lengths, Percent, preparedOf, requestOf, rowsOf, sequenceOf, textOf } from "../sequence/traces.ts"
import { makeView } from "../../../framework/sequence/view.ts"
import { keptLength } from "../../../framework/plugin/kept-length.ts"
import { decoded, meanKept, sequenceOfTrace, tracesOf, viewOf } from "./traces.ts"

describe("a ratio of the thought", () => {
  it.prop("keeps prompt, L of the thought, and the answer or not", { lengths: Lengths, percent: Percent }, ({ lengths, percent }) => {
    const sequence = sequenceOf(lengths)
    const ratio = (percent / 100).toFixed(2)
    const start = lengths.prompt
    const thought = Math.max(0, lengths.cot - 1) // the last is the closer
    for (const plugin of [first, middle, last]) {
      for (const answer of ["cut", "kept"]) {
        const view = makeView(preparedOf([sequence]), requestOf({
          truncation: { plugin, ratio, options: decoded(plugin, { of: "cot", answer }), grow: null }, mainRows: 1
        }), textOf)
        const wanted = start + (thought === 0 ? 0 : keptLength(thought, ratio)) + (answer === "kept" ? sequence.tokens_T.length - start - thought : 0)
        assert.strictEqual(view.row(0).weights.length, Math.max(1, wanted))
      }
    }
  })

  it("at ratio 1 with the answer kept, everything is kept and supervised as ever", () => {
    const sequences = tracesOf("early", 5).map(sequenceOfTrace)
    const plain = rowsOf(viewOf(sequences, first, {}))
    for (const plugin of [first, middle, last]) assert.deepStrictEqual(rowsOf(viewOf(sequences, plugin, { of: "cot", answer: "kept" })), plain)
  })

  it("a closer after a cut thought is no target, the answer is", () => {
    const [sequence] = tracesOf("early", 1).map(sequenceOfTrace) as [ReturnType<typeof sequenceOfTrace>]
    const { spans, weights } = viewOf([sequence], first, { of: "cot", answer: "kept" }, { ratio: "0.5" }).row(0)
    const [, end, from, length] = [...spans] as [number, number, number, number]
    assert.deepStrictEqual([from, length], [sequence.closerAt, sequence.tokens_T.length])
    assert.deepStrictEqual([...weights.slice(end)], [0, ...Array.from({ length: length - from - 1 }, () => 1)])
  })
})

describe("random-budget", () => {
  const sequences = tracesOf("free", 400).map(sequenceOfTrace)
  it("is drawn evenly, again the same for a seed, others for another, whatever is supervised", () => {
    const budgets = (seed: number, supervised: ReadonlyArray<"cot" | "answer"> = ["cot"]) => {
      const view = viewOf(sequences, randomBudget, { unit: "tokens", minimum: 3, maximum: 12 }, { seed, supervised })
      return sequences.map((sequence, n) => view.row(n).spans[1]! - sequence.openerAt! - 1)
    }
    const drawn = budgets(1)
    const counts = new Map<number, number>()
    for (const budget of drawn.filter((_, n) => sequences[n]!.closerAt! - sequences[n]!.openerAt! > 14)) counts.set(budget, (counts.get(budget) ?? 0) + 1)
    assert.deepStrictEqual([...counts.keys()].sort((a, b) => a - b), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    assert.isAbove(Math.min(...counts.values()), 15) // about 40 expected
    assert.deepStrictEqual(budgets(1, ["answer"]), drawn)
    assert.notDeepEqual(budgets(2), drawn)
  })
})

describe("sentence", () => {
  const Words = Schema.Array(Schema.Literals([" so", ".", " 3", "14", "\n\n", "!", " T", "e.g.", ". The"])).check(Schema.isMinLength(1), Schema.isMaxLength(40))
  it.prop("keeps no more than the plain cut, and ends a unit or is the plain cut", { words: Words, percent: Percent }, ({ words, percent }) => {
    const length = words.length + 1
    const sequence = {
      id: "s", tokens_T: Int32Array.from({ length }, (_, t) => t), segments_T: Uint8Array.from({ length }, (_, t) => t === 0 ? 0 : 1),
      derivedAt: null, openerAt: null, closerAt: null, endOfTurnAt: null
    }
    const ratio = (percent / 100).toFixed(2)
    for (const bound of ["sentence", "paragraph"] as const) {
      const view = makeView(preparedOf([sequence]), requestOf({
        truncation: { plugin: sentence, ratio, options: decoded(sentence, { bound }), grow: null }, mainRows: 1
      }), (id) => id === 0 ? "Q" : words[id - 1]!)
      const kept = view.row(0).weights.length
      const plain = keptLength(length, ratio)
      assert.isAtMost(kept, plain)
      if (kept < plain) assert.match(words.slice(0, kept - 1).join(""), bound === "sentence" ? /[.!]\s*$|\n\n$/ : /\s$|^$/)
    }
  })
})

describe("the three arms of derivation", () => {
  for (const style of ["early", "late", "free"]) {
    it(`have the same mean of kept tokens on ${style} thoughts, but for the margin and for short sequences`, () => {
      const sequences = tracesOf(style, 600).map(sequenceOfTrace)
      const arm = (at: string, seed = 0) => viewOf(sequences, derivation, { at }, { seed })
      const [before, after] = [arm("before"), arm("after")]
      sequences.forEach((sequence, n) => {
        assert.deepStrictEqual([...before.row(n).spans], [0, sequence.derivedAt! - 1])
        assert.deepStrictEqual([...after.row(n).spans], [0, sequence.derivedAt!])
      })
      const random = [1, 2, 3].map((seed) => meanKept(arm("random", seed)))
      for (const mean of random) assert.isBelow(Math.abs(mean - meanKept(after)) / meanKept(after), 0.05, `${style} ${mean} ${meanKept(after)}`)
      // where every thought derives at the same place, another sample's place is one's own: random is no third arm there
      const places = new Set(sequences.map((sequence) => sequence.derivedAt)).size
      if (places === 1) assert.deepStrictEqual(rowsOf(arm("random")), rowsOf(after))
      else assert.strictEqual(new Set(random).size, 3)
      assert.strictEqual(places === 1, style !== "free")
    })
  }

  it("of late thoughts of several lengths, `drawn: share` has the mean that `drawn: tokens` misses", () => {
    const mixture = ["easy", "standard", "hard"].map((tier) => ({ tier, style: "late" }))
    const sequences = [...chainArithmetic.records({ split: "train", count: 600, seed: 0 }, decoded(chainArithmetic, { mixture }))].map(sequenceOfTrace)
    const [after, tokens, share] = [{ at: "after" }, { at: "random" }, { at: "random", drawn: "share" }].map((options) => meanKept(viewOf(sequences, derivation, options)))
    assert.isAbove(1 - tokens! / after!, 0.1)
    assert.isBelow(Math.abs(1 - share! / after!), 0.02)
  })

  it("cut samples without a derivation alike, by the ratio", () => {
    const sequences = tracesOf("early", 20).map(sequenceOfTrace).map((sequence, n) => n % 2 === 0 ? sequence : { ...sequence, derivedAt: null })
    for (const at of ["before", "after", "random"]) {
      const view = viewOf(sequences, derivation, { at }, { ratio: "0.5" })
      sequences.forEach((sequence, n) => {
        if (sequence.derivedAt === null) assert.deepStrictEqual([...view.row(n).spans], [0, Math.floor(sequence.tokens_T.length / 2)])
      })
    }
  })
})
