/** Numbers as people read them. Never by locale: the same results give the same bytes. */

/** 0.1234 -> "12.3 %" */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`

/** 0.9345 -> "0.93"; from 10 up without decimals */
export const ratioText = (value: number): string =>
  !Number.isFinite(value) ? (value > 0 ? "unbounded" : "-unbounded") : value.toFixed(Math.abs(value) >= 10 ? 0 : 2)

/** 1234567 -> "1.23 M": three digits and a decimal prefix */
export const compact = (value: number): string => {
  const prefixes = ["", "k", "M", "G", "T", "P", "E"]
  let power = 0
  let rest = value
  while (Math.abs(rest) >= 999.5 && power < prefixes.length - 1) {
    rest /= 1000
    power += 1
  }
  if (power === 0 && Number.isInteger(rest)) return String(rest)
  const digits = Math.abs(rest) >= 99.95 ? 0 : Math.abs(rest) >= 9.995 ? 1 : 2
  return `${rest.toFixed(digits)}${power === 0 ? "" : ` ${prefixes[power]}`}`
}

/** bytes -> "312 MiB" */
export const mebibytes = (bytes: number): string => `${(bytes / 1048576).toFixed(0)} MiB`

/** 7.234 -> "7.2"; from 100 up without decimals */
export const secondsText = (seconds: number): string => seconds.toFixed(seconds >= 100 ? 0 : 1)

/** nats with three significant digits: 0.00223 -> "0.00223", 1.2 -> "1.20" */
export const nats = (value: number): string =>
  !Number.isFinite(value) ? "not finite" : value === 0 ? "0" : Math.abs(value) < 1e-4 ? value.toExponential(1) : value.toPrecision(3)

/** "1 seed", "2 seeds" */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** A name as a part of a file's: "style=early" -> "style-early". */
export const fileName = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]+/gu, "-").replaceAll(/^[-.]+|-+$/gu, "").slice(0, 80)

/** A p value: 0.0312 -> "0.031"; 0.0001 and less are told as a bound */
export const pText = (p: number): string => (p < 0.0001 ? "< 0.0001" : p < 0.01 ? p.toFixed(4) : p.toFixed(3))
