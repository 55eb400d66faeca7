/** Pairs of answers made by a seeded generator: near misses that no grader may call equal, and the same value in other dress. */

export interface Pair {
  readonly kind: string
  readonly gold: string
  readonly pred: string
}

/** mulberry32 */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Draw {
  /** a whole number in [low, high] */
  readonly whole: (low: number, high: number) => number
  readonly pick: <A>(items: ReadonlyArray<A>) => A
}

const drawOf = (random: () => number): Draw => {
  const whole = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1))
  return { whole, pick: (items) => items[whole(0, items.length - 1)]! }
}

type Made = readonly [gold: string, pred: string]
type Maker = (draw: Draw) => Made

const dressed = ({ pick }: Draw, text: string): string => pick([text, `$${text}$`, `\\boxed{${text}}`, `The answer is $${text}$.`, `So we get\n\\[\\boxed{${text}}\\]`])

/** Two numbers without a common factor, the second above 1. */
const coprime = ({ whole }: Draw): readonly [number, number] => {
  for (;;) {
    const [a, b] = [whole(1, 60), whole(2, 60)]
    const common = (x: number, y: number): number => y === 0 ? x : common(y, x % y)
    if (common(a, b) === 1) return [a, b]
  }
}

const decimal = (value: number, digits: number): string => value.toFixed(digits)

const negatives: Readonly<Record<string, Maker>> = {
  "sign of a number": ({ whole }) => { const n = whole(1, 5000); return [`${n}`, `-${n}`] },
  "sign of a fraction": (draw) => { const [a, b] = coprime(draw); return [`\\frac{${a}}{${b}}`, `-\\frac{${a}}{${b}}`] },
  "fraction turned over": (draw) => { const [a, b] = coprime(draw); return [`\\frac{${a}}{${b}}`, `\\frac{${b}}{${a}}`] },
  "factor of two": ({ whole }) => { const n = whole(2, 400); return [`${n}\\sqrt{${2 * whole(1, 40) + 1}}`, `${2 * n}\\sqrt{${2 * whole(50, 90) + 1}}`] },
  "factor of a hundred": ({ whole }) => { const n = whole(1, 99); return [`${n * 100}`, `${n}`] },
  "one more": ({ whole }) => { const n = whole(10, 10 ** 9); return [`${n}`, `${n + 1}`] },
  "one more, large": ({ whole }) => { const e = whole(20, 90); return [`2^{${e}}`, `2^{${e}}+1`] },
  "power missing": ({ whole, pick }) => { const n = whole(2, 40); const x = pick(["x", "y", "n"]); return [`${n}${x}^2+${x}`, `${n}${x}^2+${x}^2`] },
  "sign inside": ({ whole, pick }) => { const [a, b] = [whole(1, 30), whole(1, 30)]; const x = pick(["x", "t"]); return [`(${x}+${a})(${x}-${b})`, `(${x}-${a})(${x}+${b + 0.5})`] },
  "last term": ({ whole }) => { const [a, b] = [whole(1, 40), whole(1, 40)]; return [`${a}x^3-${b}x+${a}`, `${a}x^3-${b}x+${a + 1}`] },
  "swapped tuple": ({ whole }) => { const a = whole(-40, 40); const b = a + whole(1, 9); return [`(${a},${b})`, `(${b},${a})`] },
  "swapped triple": ({ whole }) => { const a = whole(-40, 40); return [`(${a},${a + 2},${a + 5})`, `(${a},${a + 5},${a + 2})`] },
  "missing element": ({ whole }) => { const a = whole(1, 30); return [`\\{${a},${a + 1},${a + 4}\\}`, `\\{${a},${a + 1}\\}`] },
  "other element": ({ whole }) => { const a = whole(1, 30); return [`${a},${a + 1},${a + 4}`, `${a},${a + 1},${a + 5}`] },
  "near decimal": ({ whole }) => { const n = whole(1000, 99999); const d = whole(2, 4); return [decimal(n / 10 ** d, d), decimal((n + 1) / 10 ** d, d)] },
  "rounded too much": ({ pick }) => pick([["\\frac{1}{3}", "0.33"], ["\\pi", "3.14"], ["\\sqrt{2}", "1.41"], ["\\frac{2}{7}", "0.2857"], ["e", "2.718"], ["\\frac{22}{7}", "\\pi"]] as const),
  "other base": ({ whole }) => { const n = whole(100, 444); return [`${n}_5`, `${n}_6`] },
  "open end": ({ whole }) => { const a = whole(-20, 20); return [`[${a},${a + 5})`, `[${a},${a + 5}]`] },
  "other bound": ({ whole }) => { const a = whole(-20, 20); return [`(${a},\\infty)`, `(-\\infty,${a})`] },
  "other direction": ({ whole, pick }) => { const a = whole(-20, 20); return [`x ${pick(["<", "\\le"])} ${a}`, `x ${pick([">", "\\ge"])} ${a}`] },
  "strict or not": ({ whole }) => { const a = whole(-20, 20); return [`x < ${a}`, `x \\le ${a}`] },
  "other variable": ({ whole }) => { const a = whole(2, 20); return [`${a}x+1`, `${a}y+1`] },
  "matrix entry": ({ whole }) => { const [a, b, c, d] = [whole(0, 9), whole(0, 9), whole(0, 9), whole(0, 9)]; return [`\\begin{pmatrix}${a}&${b}\\\\${c}&${d}\\end{pmatrix}`, `\\begin{pmatrix}${a}&${b}\\\\${c}&${d + 1}\\end{pmatrix}`] },
  "matrix transposed": ({ whole }) => { const a = whole(0, 9); return [`\\begin{pmatrix}${a}&${a + 1}\\\\${a + 2}&${a}\\end{pmatrix}`, `\\begin{pmatrix}${a}&${a + 2}\\\\${a + 1}&${a}\\end{pmatrix}`] },
  "other letter": ({ pick }) => { const at = pick([0, 1, 2, 3]); return [`\\text{(${"ABCD"[at]!})}`, `\\text{(${"BCDE"[at]!})}`] },
  "other unit": ({ whole }) => { const n = whole(2, 90); return [`${n}\\text{ cm}`, `${n}\\text{ m}`] },
  "conjugate": ({ whole }) => { const [a, b] = [whole(1, 20), whole(1, 20)]; return [`${a}+${b}i`, `${a}-${b}i`] },
  "root or square": ({ whole }) => { const n = whole(2, 12); return [`\\sqrt{${n * n + 1}}`, `${n * n + 1}`] },
  "plus minus lost": ({ whole }) => { const n = whole(2, 60); return [`\\pm ${n}`, `${n}`] },
  "sine or cosine": ({ whole }) => { const n = whole(2, 9); return [`\\sin(${n}x)`, `\\cos(${n}x)`] },
  "exponent": ({ whole }) => { const n = whole(2, 12); return [`${n}e^{x}`, `${n}e^{-x}`] },
  "equation's constant": ({ whole }) => { const n = whole(1, 30); return [`2x+3y=${n}`, `4x+6y=${2 * n + 1}`] },
  "mixed number or product": ({ whole }) => { const n = whole(2, 9); return [`${n}\\frac{1}{2}`, `\\frac{${n}}{2}`] },
  "place value": ({ whole }) => { const n = whole(11, 99); return [`${n},000`, `${n},0000`.replace(",", "")] },
  "scientific": ({ whole }) => { const [n, e] = [whole(11, 99), whole(3, 9)]; return [`${n / 10}\\times 10^{${e}}`, `${n / 10}\\times 10^{${e + 1}}`] },
  "truncated": ({ whole }) => { const n = whole(100, 9999); return [`${n}`, `${String(n).slice(0, -1)}`] }
}

const positives: Readonly<Record<string, Maker>> = {
  "fraction not reduced": (draw) => { const [a, b] = coprime(draw); const k = draw.whole(2, 9); return [`\\frac{${a}}{${b}}`, `\\frac{${a * k}}{${b * k}}`] },
  "typed fraction": (draw) => { const [a, b] = coprime(draw); return [`\\dfrac{${a}}{${b}}`, `${a}/${b}`] },
  "decimal": ({ whole }) => { const n = whole(1, 999); return [`\\frac{${n}}{8}`, `${n / 8}`] },
  "thousands": ({ whole }) => { const n = whole(1000, 10 ** 8); return [`${n}`, n.toLocaleString("en-US")] },
  "expanded": ({ whole }) => { const [a, b] = [whole(1, 20), whole(1, 20)]; return [`(x+${a})(x-${b})`, `x^2+${a}x-${b}x-${a * b}`] },
  "root simplified": ({ whole }) => { const [a, b] = [whole(2, 9), 2 * whole(1, 20) + 1]; return [`${a}\\sqrt{${b}}`, `\\sqrt{${a * a * b}}`] },
  "rationalised": ({ whole }) => { const n = whole(2, 50); return [`\\frac{1}{\\sqrt{${n}}}`, `\\frac{\\sqrt{${n}}}{${n}}`] },
  "set in any order": ({ whole }) => { const a = whole(-20, 20); return [`\\{${a},${a + 1},${a + 3}\\}`, `${a + 3}, ${a}, ${a + 1}`] },
  "named": ({ whole, pick }) => { const n = whole(1, 999); return [`${n}`, `${pick(["x", "n", "y", "a_3"])} = ${n}`] },
  "with unit": ({ whole, pick }) => { const n = whole(1, 999); return [`${n}`, `${n} ${pick(["\\text{ cm}", "\\text{ square units}", "\\text{ dollars}"])}`] },
  "percent": ({ whole }) => { const n = whole(1, 99); return [`${n}\\%`, `${n}`] },
  "degrees": ({ whole }) => { const n = whole(1, 179); return [`${n}^\\circ`, `${n}`] },
  "interval or inequality": ({ whole }) => { const n = whole(-20, 20); return [`[${n},\\infty)`, `x \\geq ${n}`] },
  "turned equation": ({ whole }) => { const n = whole(2, 9); return [`y=${n}x+1`, `${n}x-y+1=0`] },
  "mixed number": ({ whole }) => { const n = whole(1, 9); return [`${n}\\frac{2}{5}`, `\\frac{${5 * n + 2}}{5}`] },
  "plus minus": ({ whole }) => { const n = whole(1, 99); return [`\\pm ${n}`, `-${n}, ${n}`] },
  "tuple spaced": ({ whole }) => { const n = whole(-9, 99); return [`(${n},-${n + 10})`, `\\left( ${n}, -${n + 10} \\right)`] }
}

const pairs = (makers: Readonly<Record<string, Maker>>, count: number, seed: number): ReadonlyArray<Pair> => {
  const draw = drawOf(randomOf(seed))
  const kinds = Object.entries(makers)
  return Array.from({ length: count }, (_, index) => {
    const [kind, make] = kinds[index % kinds.length]!
    const [first, second] = make(draw)
    const isTurned = draw.whole(0, 1) === 1
    return { kind, gold: isTurned ? second : first, pred: dressed(draw, isTurned ? first : second) }
  })
}

/** Unequal pairs: every kind in turn. */
export const hardNegatives = (count: number, seed: number): ReadonlyArray<Pair> => pairs(negatives, count, seed)

/** Equal pairs: every kind in turn. */
export const hardPositives = (count: number, seed: number): ReadonlyArray<Pair> => pairs(positives, count, seed)
