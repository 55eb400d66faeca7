import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { normaliseDecimal } from "../../../framework/spec/decimal.ts"

const Digits = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999 }))
const Places = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))

describe("normaliseDecimal", () => {
  it.prop("one text for each number, however it is written", [Digits, Places, Places], ([digits, places, shift]) => {
    const text = String(digits).padStart(places + 1, "0")
    const plain = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`
    const normal = normaliseDecimal(plain)!
    assert.strictEqual(normaliseDecimal(normal), normal)
    assert.strictEqual(Number(normal), Number(plain))
    assert.strictEqual(normaliseDecimal(`+0${plain}${places === 0 ? "." : ""}00`), normal)
    const shifted = places === 0 ? `${text}e0` : `${text}e-${places}`
    assert.strictEqual(normaliseDecimal(shifted), normal)
    assert.strictEqual(normaliseDecimal(`${text}${"0".repeat(shift)}E-${places + shift}`), normal)
  })
  it("refuses all else", () => {
    for (const text of [
      "",
      ".",
      "e5",
      "1e",
      "0x10",
      "1_000",
      "1,5",
      " 1",
      "NaN",
      ".inf",
      "1e999",
      "9".repeat(50),
      "--1"
    ])
      assert.isNull(normaliseDecimal(text), text)
  })
})
