import { describe, expect, it } from "vitest"
import { dominated } from "../../../framework/analysis/front.ts"

describe("dominated", () => {
  it("is who is beaten in one of cost and score, and not better in the other", () => {
    const points = [{ cost: 1, score: 0.5 }, { cost: 1, score: 0.6 }, { cost: 2, score: 0.6 }, { cost: 3, score: 0.9 }, { cost: 3, score: 0.9 }]
    expect(dominated(points)).toEqual([true, false, true, false, false])
    expect(dominated([])).toEqual([])
  })
})
