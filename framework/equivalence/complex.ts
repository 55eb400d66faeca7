/** Complex numbers as far as answers need them. */

export interface Complex {
  readonly re: number
  readonly im: number
}

export const complex = (re: number, im = 0): Complex => ({ re, im })
export const add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im)
export const negate = (a: Complex): Complex => complex(-a.re, a.im === 0 ? 0 : -a.im)
export const multiply = (a: Complex, b: Complex): Complex =>
  a.im === 0 && b.im === 0 ? complex(a.re * b.re) : complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
export const divide = (a: Complex, b: Complex): Complex => {
  if (b.im === 0) return complex(a.re / b.re, a.im === 0 ? 0 : a.im / b.re)
  const size = b.re * b.re + b.im * b.im
  return complex((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size)
}
export const magnitude = (a: Complex): number => Math.hypot(a.re, a.im)
export const isFinite = (a: Complex): boolean => Number.isFinite(a.re) && Number.isFinite(a.im)
export const exp = (a: Complex): Complex => a.im === 0 ? complex(Math.exp(a.re)) : complex(Math.exp(a.re) * Math.cos(a.im), Math.exp(a.re) * Math.sin(a.im))
export const ln = (a: Complex): Complex => a.im === 0 && a.re > 0 ? complex(Math.log(a.re)) : complex(Math.log(magnitude(a)), Math.atan2(a.im, a.re))

/** Principal power; whole powers by multiplication, so that they stay real. */
export const power = (a: Complex, b: Complex): Complex => {
  if (a.im === 0 && b.im === 0) {
    if (a.re >= 0 || Number.isInteger(b.re)) return complex(a.re ** b.re)
  }
  if (b.im === 0 && Number.isInteger(b.re) && Math.abs(b.re) <= 64) {
    let result = complex(1)
    for (let count = 0; count < Math.abs(b.re); count++) result = multiply(result, a)
    return b.re < 0 ? divide(complex(1), result) : result
  }
  return a.re === 0 && a.im === 0 ? complex(0) : exp(multiply(b, ln(a)))
}

/** The n-th root: the real one of a negative number where n is odd, else the principal one. */
export const root = (a: Complex, n: Complex): Complex => {
  if (a.im === 0 && n.im === 0 && a.re < 0 && Number.isInteger(n.re) && Math.abs(n.re % 2) === 1) return complex(-((-a.re) ** (1 / n.re)))
  if (n.im === 0 && n.re === 2 && a.im === 0) return a.re >= 0 ? complex(Math.sqrt(a.re)) : complex(0, Math.sqrt(-a.re))
  if (n.im === 0 && n.re === 3 && a.im === 0) return complex(Math.cbrt(a.re))
  return power(a, divide(complex(1), n))
}
