/** Excerpts of real files with a real tokenizer, from the file to the arrays that an engine is fed: every part where it belongs. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import { assemble } from "../../../framework/engines/tfjs/micro-batch.ts"
import { readRows } from "../../../framework/engines/tfjs/rows.ts"
import { plainConventions } from "../../../framework/sequence/conventions.ts"
import { explain } from "../../../framework/sequence/explain.ts"
import { type Segment, segmentCode } from "../../../framework/sequence/Segment.ts"
import type { Sequence } from "../../../framework/sequence/Sequence.ts"
import { segmentSets } from "../../../framework/sequence/supervise.ts"
import { makeView } from "../../../framework/sequence/view.ts"
import { readView, writeView } from "../../../framework/sequence/view-file.ts"
import { formatOfFile } from "../formats/fixtures.ts"
import { spansOf } from "./excerpt-spans.ts"
import { folder, preparedExcerpt, qwen } from "./excerpt.ts"
import { requestOf, truncationOf } from "./traces.ts"

afterAll(() => rmSync(folder, { recursive: true }))

const textsOf = ({ tokens_T }: Sequence, from: number, to: number) => Array.from(tokens_T.slice(from, to), qwen.textOf)
/** The text of a segment, joined from its tokens. */
const joined = ({ segments_T, tokens_T }: Sequence, segment: Segment) => qwen.decode(tokens_T.filter((_, t) => segments_T[t] === segmentCode[segment]))

it("every file is looked at", () => assert.deepStrictEqual(Object.keys(spansOf).sort(), Object.keys(formatOfFile).sort()))

describe("token spans", () => {
  it.effect.each(Object.keys(spansOf))("%s", (file) => Effect.gen(function*() {
    const { format, prepared, summary, traces } = yield* preparedExcerpt(file)
    assert.strictEqual(format!.name, formatOfFile[file])
    const rows = spansOf[file]!
    assert.deepStrictEqual(traces.map(({ place }) => place!.replace(/^.*:/u, "")), rows.map(({ row }) => row))
    assert.strictEqual(summary.unfinished, rows.filter(({ answer }) => answer === null).length)
    rows.forEach(({ answer, cot: [cotAt, cotEnd], derived, prompt, says, thought }, n) => {
      const [sequence, trace] = [prepared.row(n), traces[n]!]
      const T = sequence.tokens_T.length
      // the parts, in order, with nothing between them
      assert.deepStrictEqual(textsOf(sequence, cotAt - 8, cotAt), [prompt, "<|im_end|>", "\n", "<|im_start|>", "assistant", "\n", "<think>", "\n"])
      assert.deepStrictEqual([textsOf(sequence, cotAt, cotAt + 3), textsOf(sequence, cotEnd - 3, cotEnd)], thought)
      assert.strictEqual(sequence.openerAt, cotAt - 2)
      if (answer === null) {
        assert.deepStrictEqual([sequence.closerAt, sequence.endOfTurnAt, T], [null, null, cotEnd])
      } else {
        const [answerAt, answerEnd] = answer
        assert.deepStrictEqual([sequence.closerAt, sequence.endOfTurnAt, T], [cotEnd, answerEnd, answerEnd + 2])
        assert.strictEqual(answerAt, cotEnd + 2)
        assert.deepStrictEqual(textsOf(sequence, cotEnd, answerAt), ["</think>", "\n\n"])
        assert.deepStrictEqual([textsOf(sequence, answerAt, answerAt + 2), textsOf(sequence, answerEnd - 2, answerEnd)], says)
        assert.deepStrictEqual(textsOf(sequence, answerEnd, T), ["<|im_end|>", "\n"])
      }
      const codes = Array.from(sequence.tokens_T, (_, t) => t < cotAt ? 0 : answer === null || t < answer[0] ? 1 : 2)
      assert.deepStrictEqual(Array.from(sequence.segments_T), codes)
      // joined from tokens they are the record's texts
      const system = trace.system === undefined ? "" : `<|im_start|>system\n${trace.system}<|im_end|>\n`
      assert.strictEqual(joined(sequence, "prompt"), `${system}<|im_start|>user\n${trace.prompt}<|im_end|>\n<|im_start|>assistant\n<think>\n`)
      assert.strictEqual(joined(sequence, "cot"), answer === null ? trace.cot : `${trace.cot}\n</think>\n\n`)
      assert.strictEqual(joined(sequence, "answer"), answer === null ? "" : `${trace.answer}<|im_end|>\n`)
      // the first derivation ends with the token that completes it
      const { derivedAt } = sequence
      assert.strictEqual(derivedAt === null ? null : qwen.decode(sequence.tokens_T.slice(derivedAt - 8, derivedAt)), derived)
      assert.isTrue(derivedAt === null || (derivedAt > cotAt && derivedAt <= cotEnd))
    })
    prepared.close()
  }))
})

describe("what surrounds a thought", () => {
  it.effect("markers that a system message or a question quotes open nothing", () => Effect.gen(function*() {
    const { prepared } = yield* preparedExcerpt("chat-think.jsonl")
    const { segments_T, tokens_T } = prepared.row(0)
    const [opener, closer] = [qwen.idOf("<think>")!, qwen.idOf("</think>")!]
    const placesOf = (id: number) => Array.from(tokens_T).flatMap((token, t) => token === id ? [segments_T[t]!] : [])
    // one in the system message, one in the question, and the thought's own
    assert.deepStrictEqual(placesOf(opener), [0, 0, 0])
    assert.deepStrictEqual(placesOf(closer), [0, 1])
    prepared.close()
  }))

  it.effect("without its system message a trace has the same thought and answer", () => Effect.gen(function*() {
    const kept = yield* preparedExcerpt("thought-markers.jsonl")
    const without = yield* preparedExcerpt("thought-markers.jsonl", { systemPrompt: "drop" })
    assert.isTrue(joined(kept.prepared.row(0), "prompt").includes("<|begin_of_thought|> {thought with steps"))
    for (let n = 0; n < 2; n++) {
      const [one, other] = [kept.prepared.row(n), without.prepared.row(n)]
      const shorter = one.tokens_T.length - other.tokens_T.length
      assert.deepStrictEqual(one.tokens_T.slice(one.segments_T.indexOf(1)), other.tokens_T.slice(other.segments_T.indexOf(1)))
      assert.deepStrictEqual([other.closerAt! + shorter, other.endOfTurnAt! + shorter], [one.closerAt!, one.endOfTurnAt!])
      assert.isFalse(joined(other, "prompt").includes("<|im_start|>system"))
    }
    kept.prepared.close()
    without.prepared.close()
  }))

  it.effect("thoughts that never end are dropped and counted unless they are kept", () => Effect.gen(function*() {
    const { prepared, summary } = yield* preparedExcerpt("openr1-math.jsonl", { thoughtNeverEnds: "drop" })
    assert.deepStrictEqual(summary.tally.reasons.map(({ count, reason }) => [reason, count]), [["thought-never-ends", 1]])
    assert.deepStrictEqual([prepared.count, summary.unfinished], [2, 0])
    prepared.close()
  }))
})

describe("explain and the engine, on real records", () => {
  const cells = [[1, "0.13"], [3, "0.5"], [5, "0.87"], [6, "1"], [0, "0.5"]] as const
  it.effect.each(["thought-markers.jsonl", "skythought.jsonl", "limo.jsonl", "ollama.jsonl", "openr1-math.jsonl"])("%s", (file) => Effect.gen(function*() {
    const { path, prepared } = yield* preparedExcerpt(file)
    for (const [bits, ratio] of cells) {
      const supervised = segmentSets[bits]!
      const viewOf = (percent: number) => makeView(prepared, requestOf({ truncation: truncationOf("first", percent), supervised, mainRows: prepared.count }), qwen.textOf)
      const viewPath = join(folder, "view.arrow")
      yield* writeView(viewPath, viewOf(100 * Number(ratio)))
      const view = yield* readView(viewPath)
      const rows = yield* Effect.promise(() => readRows(path, viewPath, 200_000))
      for (let n = 0; n < view.count; n++) {
        const shown = explain(prepared, view, n, plainConventions, qwen.textOf)
        const fed = shown.tokens.filter(({ kept }) => kept)
        const batch = assemble(rows, [n], { batch: 1, length: fed.length }, "token-mean", null, 1)
        assert.deepStrictEqual(Array.from(batch.ids.subarray(0, fed.length)), fed.map(({ id }) => id))
        // a weight stands one position before its token, which is that position's label
        const seen = Array.from(batch.coefficients).flatMap((weight, i) => weight > 0 ? [[i + 1, batch.labels[i]!, weight]] : [])
        assert.deepStrictEqual(seen, fed.flatMap(({ id, weight }, i) => weight > 0 ? [[i, id, weight]] : []))
        assert.deepStrictEqual(seen.map(([t]) => t), fed.flatMap(({ segment }, i) => i > 0 && supervised.includes(segment) ? [i] : []))
        // cutting a masked sequence gives the mask of the cut one
        assert.deepStrictEqual(view.row(n).weights, viewOf(100).row(n).weights.slice(0, fed.length))
        assert.strictEqual(fed.length, Math.max(1, Math.floor(Number(ratio) * shown.length)))
        assert.strictEqual(qwen.decode(fed.map(({ id }) => id)), qwen.decode(prepared.row(n).tokens_T.slice(0, fed.length)))
      }
      view.close()
      rows.close()
    }
    prepared.close()
  }))
})
