import { assert, describe, it } from "@effect/vitest"
import { keptLength } from "../../../framework/plugin/kept-length.ts"

describe("keptLength", () => {
  it("is exact where doubles are not", () => {
    assert.strictEqual(keptLength(100, "0.29"), 29)
    assert.strictEqual(Math.floor(0.29 * 100), 28)
  })

  it("agrees with whole-number arithmetic for every two-digit ratio and length up to 300", () => {
    for (let percent = 1; percent <= 100; percent++) {
      const texts = [String(percent / 100), (percent / 100).toFixed(2), `${percent}e-2`]
      for (let length = 1; length <= 300; length++) {
        const expected = Math.max(1, (percent * length - (percent * length) % 100) / 100)
        for (const text of texts) assert.strictEqual(keptLength(length, text), expected, `${text} of ${length}`)
      }
    }
  })

  it("reads every way to write a decimal", () => {
    for (const text of ["0.5", ".5", "0.50000000000000000000", "5e-1", "+0.5", "0.05E1", "50e-2"]) assert.strictEqual(keptLength(9, text), 4, text)
    for (const text of ["1", "1.", "1.000", "1e0", "0.1e1"]) assert.strictEqual(keptLength(9, text), 9, text)
    assert.strictEqual(keptLength(9, "1e-300"), 1)
  })

  it("refuses what is no ratio in (0, 1] and no length", () => {
    for (const text of ["0", "0.0", "1.0000000000000000000001", "2", "-0.5", "NaN", "", ".", "e1", "1/2", "0x1", "Infinity", " 0.5", "1e9999"]) {
      assert.throws(() => keptLength(10, text), /expected a decimal in \(0, 1\]/, text)
    }
    for (const length of [0, -1, 1.5, NaN]) assert.throws(() => keptLength(length, "0.5"), /expected a whole number of 1 or more/)
  })
})
