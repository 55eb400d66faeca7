/** The choice of a token from logits. */
import { describe, expect, it } from "vitest"
import { uniforms } from "../../../framework/engines/tfjs/random.ts"
import { sampleToken } from "../../../framework/engines/tfjs/sampling.ts"

const logits = Float32Array.from([0.2, 0.1, 0.4, 0.3], Math.log)

describe("sampleToken", () => {
  it.each([[0, 0], [0.19, 0], [0.21, 1], [0.31, 2], [0.69, 2], [0.71, 3], [0.999999, 3]])("at %d gives token %d", (uniform, token) =>
    expect(sampleToken(logits, 1, 1, uniform)).toBe(token))

  it("keeps the fewest likeliest tokens that reach topP", () => {
    const next = uniforms("top-p")
    const drawn = (topP: number) => new Set(Array.from({ length: 500 }, () => sampleToken(logits, 1, topP, next())))
    expect(drawn(0.3)).toEqual(new Set([2]))
    expect(drawn(0.6)).toEqual(new Set([2, 3]))
    expect(drawn(0.85)).toEqual(new Set([2, 3, 0]))
    expect(drawn(1)).toEqual(new Set([0, 1, 2, 3]))
  })

  it("draws as often as the tempered probabilities say", () => {
    const next = uniforms("frequencies")
    const counts = [0, 0, 0, 0]
    for (let draw = 0; draw < 20_000; draw++) counts[sampleToken(logits, 0.5, 1, next())]! += 1
    const squares = [0.04, 0.01, 0.16, 0.09]
    counts.forEach((count, token) => expect(Math.abs(count / 20_000 - squares[token]! / 0.3)).toBeLessThan(0.015))
  })

  it("bears extreme logits", () => {
    expect(sampleToken(Float32Array.of(-1e30, 1e30, 0), 0.01, 0.9, 0.99)).toBe(1)
    expect(sampleToken(Float32Array.of(-Infinity, 0, -Infinity), 1, 1, 0)).toBe(1)
  })
})
