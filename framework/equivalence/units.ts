/** Units behind a value. A unit is left out of a comparison unless both sides name one and they differ. */

const names: Readonly<Record<string, ReadonlyArray<string>>> = {
  cm: ["centimeter", "centimetre"], mm: ["millimeter", "millimetre"], m: ["meter", "metre"], km: ["kilometer", "kilometre"], in: ["inch", "inches"], ft: ["foot", "feet"],
  mi: ["mile"], yd: ["yard"], g: ["gram"], kg: ["kilogram"], mg: ["milligram"], lb: ["lbs", "pound"], oz: ["ounce"], s: ["sec", "second"], min: ["minute"],
  h: ["hr", "hour"], day: [], week: [], month: [], year: [], l: ["liter", "litre"], ml: ["milliliter", "millilitre"], mph: ["miles per hour"], dollar: ["usd"], cent: [],
  n: ["newton"], j: ["joule"], w: ["watt"], hz: ["hertz"], k: ["kelvin"], radian: ["rad"], unit: [], square: [], cubic: [], rpm: [], kmh: ["km/h"]
}

const canonical = new Map(Object.entries(names).flatMap(([name, others]) => [name, ...others].flatMap((word) => [[word, name], [`${word}s`, name]] as const)))

/** A unit by one name; null where it is none that is known. */
const knownUnit = (unit: string): string | null => {
  const words = unit.toLowerCase().replace(/[{}().]/gu, "").trim()
  const power = /(?:\^\s*([23]))\s*$/u.exec(words)?.[1] ?? (/^(?:square|sq)\b/u.test(words) ? "2" : /^(?:cubic|cu)\b/u.test(words) ? "3" : "1")
  const base = words.replace(/\^\s*[23]\s*$/u, "").replace(/^(?:square|sq|cubic|cu)\s+/u, "").trim()
  const name = canonical.get(base)
  return name === undefined ? null : `${name}^${power}`
}

/** A value and the unit behind it. */
export interface WithUnit {
  readonly value: string
  readonly unit: string | null
}

const behind = /^(.*?[\d)}\]|.])\s*((?:\\text\s*\{[^{}]*\}\s*|(?<=\s)[A-Za-z][A-Za-z.]+\s*|\/\s*)+(?:\^\s*\{?\s*\d\s*\}?)?)$/u
const glued = /^(-?[\d.,\s]*\d)\s*([A-Za-z]{1,3})((?:\^\s*\{?\s*[23]\s*\}?)?)$/u

/** Parts a value from its unit: `\text{...}` or words behind it. A single letter is a unit only where it is written as text or glued to a plain number as a known unit. */
export const splitUnit = (text: string): WithUnit => {
  const match = behind.exec(text)
  if (match !== null && match[1]!.trim() !== "") {
    const unit = match[2]!.replace(/\\text\s*\{([^{}]*)\}/gu, "$1 ").trim()
    return unit === "" || /^(?:\\|[A-Za-z]$)/u.test(unit) && !/\\text/u.test(match[2]!) ? { value: text, unit: null } : { value: match[1]!.trim(), unit }
  }
  const tight = glued.exec(text)
  if (tight !== null && tight[2]!.length > 1 && knownUnit(tight[2]!) !== null) return { value: tight[1]!.trim(), unit: `${tight[2]!}${tight[3]!}` }
  if (tight !== null && tight[3] !== "" && /^[mgs]$/u.test(tight[2]!)) return { value: tight[1]!.trim(), unit: `${tight[2]!}${tight[3]!}` }
  return { value: text, unit: null }
}

/** Whether two units contradict each other. */
export const differ = (a: string | null, b: string | null): boolean => {
  if (a === null || b === null) return false
  const [first, second] = [knownUnit(a), knownUnit(b)]
  return first !== null && second !== null && first !== second
}
