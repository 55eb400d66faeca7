/** Thought markers: what counts as one, and what does not. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { findMarkers, markerClasses, type MarkerClass } from "../../../framework/sequence/find-markers.ts"

const found = (text: string, classes?: ReadonlyArray<MarkerClass>) => findMarkers(text, classes).map((marker) => [marker.class, marker.text])

describe("findMarkers", () => {
  it("finds whole words, capitals or not, any white space and either apostrophe", () => {
    assert.deepStrictEqual(found("WAIT! That’s\n not right"), [["hesitation", "WAIT"], ["backtracking", "That’s\n not right"]])
    assert.deepStrictEqual(found("waiting, also, so-called, unverified, thuswise, wait's, _so"), [])
    assert.deepStrictEqual(found("so"), [["deduction", "so"]])
    assert.deepStrictEqual(found("ſo"), [["deduction", "ſo"]])
  })

  it("takes the longest phrase of all classes, and each place once", () => {
    assert.deepStrictEqual(found("So the answer is 3"), [["conclusion", "So the answer is"]])
    assert.deepStrictEqual(found("Wait, no. Hmm."), [["backtracking", "Wait, no"], ["hesitation", "Hmm"]])
    assert.deepStrictEqual(found("double-check this"), [["verification", "double-check"]])
    assert.deepStrictEqual(found("First, add. At first, no."), [["planning", "First,"], ["planning", "first,"]])
  })

  it("of some classes alone", () => {
    assert.deepStrictEqual(found("So the answer is 3", ["deduction"]), [["deduction", "So"]])
    assert.deepStrictEqual(found("So the answer is 3", []), [])
  })

  it("tells where", () => {
    const text = "é 😀 Hmm, therefore"
    for (const { end, start, text: marked } of findMarkers(text)) assert.strictEqual(text.slice(start, end), marked)
    assert.strictEqual(findMarkers(text).length, 2)
  })

  it("the lists are in small letters, without doubles, and every phrase finds itself", () => {
    const all = Object.values(markerClasses).flat()
    assert.strictEqual(new Set(all).size, all.length)
    for (const [name, phrases] of Object.entries(markerClasses)) {
      for (const phrase of phrases) {
        assert.strictEqual(phrase, phrase.toLowerCase().trim())
        assert.deepStrictEqual(found(phrase), [[name, phrase]])
      }
    }
  })

  const Text = Schema.Array(Schema.Literals(["wait", " ", ", ", "no", "so", "the answer is", "\n", "let me", "check", ".", "'", "-", "that's not right", "ſ", "K"]))
  it.prop("in order, apart from each other", { words: Text }, ({ words }) => {
    const text = words.join("")
    let from = 0
    for (const marker of findMarkers(text)) {
      assert.isAtLeast(marker.start, from)
      assert.strictEqual(text.slice(marker.start, marker.end), marker.text)
      assert.isDefined(markerClasses[marker.class], text)
      from = marker.end
    }
  })

  it("long runs take no time", () => {
    const started = performance.now()
    for (const part of ["let me ", " ", "wait", "that's not ", "\n"]) findMarkers(part.repeat(50_000))
    assert.isBelow(performance.now() - started, 3000)
  })
})
