/** Words to the terminal: results to stdout, everything else to stderr. */

export const isTerminal = (): boolean => process.stdout.isTTY === true

export const print = (text: string): void => {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`)
}

export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const styled = (code: number) => (text: string): string =>
  isTerminal() && process.env["NO_COLOR"] === undefined ? `\u001b[${code}m${text}\u001b[0m` : text

export const bold = styled(1)
export const dim = styled(2)

/** "3 h 12 min", "4 min 10 s", "8.2 s" */
export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return "?"
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

/** "12.3 M", "4.5 G" */
export const short = (value: number): string => {
  for (const [size, unit] of [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (Math.abs(value) >= size) return `${(value / size).toPrecision(3)} ${unit}`
  }
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}
