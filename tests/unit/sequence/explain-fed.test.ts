/** What `explain` shows is what the engine is fed, read back from the arrays of its micro-batches. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assemble } from "../../../framework/engines/tfjs/micro-batch.ts"
import { readRows } from "../../../framework/engines/tfjs/rows.ts"
import type { SelectorPlugin, TruncationPlugin } from "../../../framework/plugin/define.ts"
import { type Conventions, endOfTurnRules, thinkTagRules } from "../../../framework/sequence/conventions.ts"
import { explain } from "../../../framework/sequence/explain.ts"
import { readPrepared, writePrepared } from "../../../framework/sequence/prepared-file.ts"
import type { Segment } from "../../../framework/sequence/Segment.ts"
import { segmentSets } from "../../../framework/sequence/supervise.ts"
import { makeView } from "../../../framework/sequence/view.ts"
import { readView, writeView } from "../../../framework/sequence/view-file.ts"
import { LengthsList, Percent, requestOf, sequenceOf, SetBits, textOf } from "./traces.ts"

/** Up to three spans of any lengths and gaps, with context inside them, drawn for each sample. */
const anySpans: TruncationPlugin = {
  kind: "truncation", name: "any-spans", options: null as never, isRandom: true, examples: [],
  span: ({ tokens_T: { length } }, _, __, { random }) => {
    const next = random("spans")
    const bounds = [...new Set(Array.from({ length: 6 }, () => Math.floor(next() * (length + 1))))].sort((a, b) => a - b)
    const drawn = Array.from({ length: Math.floor(bounds.length / 2) }, (_, i) => [bounds[2 * i]!, bounds[2 * i + 1]!] as const)
    const spans = drawn.length === 0 ? [[0, length] as const] : drawn
    return { spans, masked: spans.filter(() => next() < 0.5).map(([start, end]) => [start, start + Math.ceil((end - start) / 2)] as const) }
  }
}

const anyWeights: SelectorPlugin = {
  kind: "selector", name: "any-weights", options: null as never, isRandom: true, examples: [],
  weights: ({ tokens_T }, _, __, { random }) => {
    const next = random("weights")
    return Float32Array.from(tokens_T, () => Math.floor(next() * 4) / 2)
  }
}

const Choices = Schema.Struct({
  tags: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 })), end: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  runsOn: Schema.Boolean, selects: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 })), phases: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))
})

/** What a sequence supervises under conventions, told anew, token by token. */
const isSupervised = (t: number, { answer, cot, prompt }: { prompt: number; cot: number; answer: number }, set: ReadonlyArray<Segment>, conventions: Conventions): boolean => {
  const [cotAt, answerAt, total] = [prompt, prompt + cot, prompt + cot + answer]
  if (t === 0) return false
  if (conventions.endOfTurn === "none" && answer > 0 && t === total - 1) return false
  if (conventions.thinkTags === "none" && (t === cotAt - 1 || (cot > 0 && t === answerAt - 1))) return false
  if (conventions.thinkTags === "both" && t === cotAt - 1) return set.includes("cot")
  // the closer is one token: the thought runs on into the first of the answer
  if (conventions.quirks.includes("cot-runs-on") && cot > 0 && t === answerAt) return set.includes("cot") || set.includes("answer")
  return set.includes(t < cotAt ? "prompt" : t < answerAt ? "cot" : "answer")
}

describe("explain and the engine", () => {
  it.effect.prop("agree on every id, label and weight", { list: LengthsList, bits: SetBits, percent: Percent, choices: Choices }, (
    { list, bits, percent, choices }
  ) => Effect.gen(function*() {
    const folder = mkdtempSync(join(tmpdir(), "leadspan-fed-"))
    const [preparedPath, viewPath] = [join(folder, "prepared.arrow"), join(folder, "view.arrow")]
    const sequences = list.map((lengths, n) => sequenceOf(lengths, `s${n}`))
    yield* writePrepared(preparedPath, sequences)
    const conventions: Conventions = {
      thinkTags: thinkTagRules[choices.tags]!, endOfTurn: endOfTurnRules[choices.end]!, quirks: choices.runsOn ? ["cot-runs-on"] : []
    }
    const prepared = yield* readPrepared(preparedPath)
    yield* writeView(viewPath, makeView(prepared, requestOf({
      truncation: { plugin: anySpans, ratio: (percent / 100).toFixed(2), options: {}, grow: choices.phases === 1 ? null : { to: "1", phases: choices.phases } },
      supervised: segmentSets[bits]!, conventions, seed: percent, mainRows: sequences.length,
      selection: choices.selects === 0 ? null : { plugin: anyWeights, options: {}, placement: choices.selects === 1 ? "chosen" : "random" }
    }), textOf))
    const view = yield* readView(viewPath)
    const rows = yield* Effect.promise(() => readRows(preparedPath, viewPath, 1000))
    assert.strictEqual(view.count, sequences.length * choices.phases)
    for (let n = 0; n < view.count; n++) {
      const shown = explain(prepared, view, n, conventions, textOf)
      const fed = shown.tokens.filter((token) => token.kept)
      const batch = assemble(rows, [n], { batch: 1, length: fed.length + 2 }, "token-mean", null, 1)
      assert.deepStrictEqual(fed.map(({ position }) => position), fed.map((_, i) => i))
      assert.deepStrictEqual(Array.from(batch.ids.subarray(0, fed.length)), fed.map(({ id }) => id))
      // labels and weights stand one position before their tokens
      const targets = fed.flatMap(({ id, weight }, i) => weight > 0 ? [[i - 1, id, weight]] : [])
      const seen = Array.from(batch.coefficients).flatMap((weight, i) => weight > 0 ? [[i, batch.labels[i]!, weight]] : [])
      assert.deepStrictEqual(seen, targets)
      assert.strictEqual(batch.targets, shown.targets)
      for (const { index, position, weight } of shown.tokens) {
        const follows = position !== null && position > 0 && fed[position - 1]!.index === index - 1
        if (weight > 0) assert.isTrue(follows && isSupervised(index, list[shown.row]!, segmentSets[bits]!, conventions))
      }
      const { spans } = view.row(n)
      assert.strictEqual(shown.spans.length, spans.length / 2)
    }
    prepared.close()
    view.close()
    rows.close()
    rmSync(folder, { recursive: true })
  }))

  it.effect.prop("without a selector, all that may be a target is one", { list: LengthsList, bits: SetBits, choices: Choices }, ({ list, bits, choices }) => Effect.sync(() => {
    const conventions: Conventions = {
      thinkTags: thinkTagRules[choices.tags]!, endOfTurn: endOfTurnRules[choices.end]!, quirks: choices.runsOn ? ["cot-runs-on"] : []
    }
    const sequences = list.map((lengths, n) => sequenceOf(lengths, `s${n}`))
    const lengths_N = Int32Array.from(sequences, ({ tokens_T }) => tokens_T.length)
    const prepared = { count: sequences.length, lengths_N, derivedAt_N: new Int32Array(sequences.length), firstToken_N1: new Float64Array(sequences.length + 1), row: (n: number) => sequences[n]!, close: () => {} }
    const whole: TruncationPlugin = { ...anySpans, span: ({ tokens_T }) => [0, tokens_T.length] }
    const view = makeView(prepared, requestOf({
      truncation: { plugin: whole, ratio: "1", options: {}, grow: null }, supervised: segmentSets[bits]!, conventions, mainRows: sequences.length
    }), textOf)
    sequences.forEach((sequence, n) => assert.deepStrictEqual(Array.from(view.row(n).weights),
      Array.from(sequence.tokens_T, (_, t) => isSupervised(t, list[n]!, segmentSets[bits]!, conventions) ? 1 : 0)))
  }))
})
