import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Conventions, effectiveSegments, plainConventions, supervisedTokens } from "../../../framework/sequence/conventions.ts"
import type { Segment } from "../../../framework/sequence/Segment.ts"
import { segmentSets } from "../../../framework/sequence/supervise.ts"
import { sequenceInfo } from "../../../framework/sequence/view.ts"
import { Lengths, sequenceOf, SetBits, textOf } from "./traces.ts"

/** user, question | opener of two | thought of two | "\n", tag, "\n\n" | answer of two, end of turn of two */
const texts = ["u", "q", "<think>", "\n", "so", "4", "\n", "</think>", "\n\n", "is", "4", "<end>", "\n"]
const sequence = {
  ...sequenceInfo({
    id: "s", tokens_T: Int32Array.from(texts, (_, t) => t), segments_T: Uint8Array.from("PPPPTTTTTAAAA", (letter) => "PTA".indexOf(letter)),
    derivedAt: 6, openerAt: 2, closerAt: 6, endOfTurnAt: 11
  }, (id) => texts[id]!)
}
const targets = (conventions: Partial<Conventions>, ...set: ReadonlyArray<Segment>): string =>
  Array.from(supervisedTokens(effectiveSegments(sequence, { ...plainConventions, ...conventions }), set), (is) => is === 1 ? "x" : ".").join("")

describe("conventions", () => {
  it("as they are: the opener is prompt, the closer thought, the end of turn answer", () => {
    assert.strictEqual(targets({}, "prompt"), ".xxx.........")
    assert.strictEqual(targets({}, "cot"), "....xxxxx....")
    assert.strictEqual(targets({}, "answer"), ".........xxxx")
  })
  it("thinkTags: both counts the opener as thought, none teaches neither tag", () => {
    assert.strictEqual(targets({ thinkTags: "both" }, "cot"), "..xxxxxxx....")
    assert.strictEqual(targets({ thinkTags: "both" }, "prompt"), ".x...........")
    assert.strictEqual(targets({ thinkTags: "none" }, "prompt", "cot"), ".x..xx.......")
  })
  it("endOfTurn: none never teaches the end", () => assert.strictEqual(targets({ endOfTurn: "none" }, "cot", "answer"), "....xxxxxxx.."))
  it("cot-runs-on: the token after the closing tag is a target of thought and answer alike, as in the reference", () => {
    const quirks = ["cot-runs-on"] as const
    // the reference's `cot` ends one token past the tag: the blank line, which the closer holds already
    assert.strictEqual(targets({ quirks }, "cot"), "....xxxxx....")
    // its `ans` begins just after the tag
    assert.strictEqual(targets({ quirks }, "answer"), "........xxxxx")
    assert.strictEqual(targets({ quirks }, "prompt"), ".xxx.........")
    // a closer that is the tag alone: the thought runs on into the answer
    const bare = { ...sequence, textAt: (t: number) => `t${t}` }
    const ofBare = (...set: ReadonlyArray<Segment>) =>
      Array.from(supervisedTokens(effectiveSegments(bare, { ...plainConventions, quirks }), set)).join("")
    assert.strictEqual(ofBare("cot"), "0000111111000")
    assert.strictEqual(ofBare("answer"), "0000000001111")
  })
  it("what is not there changes nothing", () => {
    const open = { ...sequence, segments_T: sequence.segments_T.map((code) => Math.min(1, code)), openerAt: null, closerAt: null, endOfTurnAt: null }
    const all = { thinkTags: "none", endOfTurn: "none", quirks: ["cot-runs-on"] } as const
    assert.deepStrictEqual(effectiveSegments(open, all), { segments_T: open.segments_T, never: [], shared: null })
  })
  it.effect.prop("segments partition the sequence under every convention", { lengths: Lengths, bits: SetBits }, ({ bits, lengths }) => Effect.sync(() => {
    const any = sequenceInfo(sequenceOf(lengths), textOf)
    for (const thinkTags of ["closer", "both", "none"] as const) {
      const effective = effectiveSegments(any, { ...plainConventions, thinkTags })
      assert.strictEqual(effective.segments_T.length, any.tokens_T.length)
      effective.segments_T.forEach((code, t) => assert.isTrue(code <= 2 && (t === 0 || code >= effective.segments_T[t - 1]!)))
      // each token is a target of exactly one set of one, or of none
      const ones = segmentSets.filter((set) => set.length === 1).map((set) => supervisedTokens(effective, set))
      const together = supervisedTokens(effective, segmentSets[bits]!)
      together.forEach((is, t) => {
        const owners = ones.filter((of) => of[t] === 1).length
        assert.isAtMost(owners, 1)
        if (is === 1) assert.strictEqual(owners, 1)
      })
    }
  }))
})
