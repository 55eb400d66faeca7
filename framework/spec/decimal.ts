/** longest decimal we keep, digits after the point included */
const maxDigits = 40

/**
 * One text for each decimal number: no sign on positives, no exponent, no useless zeros. Null if the text is not a
 * decimal number or needs more than 40 digits.
 * ```ts
 * normaliseDecimal("0.50") // => "0.5"
 * normaliseDecimal("1e-1") // => "0.1"
 * normaliseDecimal(".nan") // => null
 * ```
 */
export const normaliseDecimal = (text: string): string | null => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null || text.length > 2 * maxDigits) return null
  const [, sign, whole = "", fraction = "", exponent = "0"] = match
  if (whole === "" && fraction === "") return null
  const shift = Number(exponent)
  if (Math.abs(shift) > maxDigits) return null
  const point = whole.length + shift
  const digits = (whole + fraction).padEnd(point, "0")
  const left = (point > 0 ? digits.slice(0, point) : "").replace(/^0+/, "") || "0"
  const right = (point > 0 ? digits.slice(point) : "0".repeat(-point) + digits).replace(/0+$/, "")
  if (left.length + right.length > maxDigits) return null
  const magnitude = right === "" ? left : `${left}.${right}`
  return sign === "-" && magnitude !== "0" ? `-${magnitude}` : magnitude
}
