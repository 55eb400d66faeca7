/** Bars of block characters, of bounded width. */

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const
const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const

/**
 * A share as a bar, to an eighth of a character, padded to its width.
 * ```ts
 * bar(0.5, 4) // => "██  "
 * ```
 */
export const bar = (share: number, width: number): string => {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * width * 8)
  return (`${"█".repeat(filled >> 3)}${eighths[filled & 7]}`).padEnd(width)
}

/**
 * Numbers as columns of one line; nothing is a blank, something always shows.
 * ```ts
 * columns([0, 1, 4]) // => " ▂█"
 * ```
 */
export const columns = (values: ReadonlyArray<number>, most: number = Math.max(...values)): string =>
  values.map((value) => value <= 0 || most <= 0 ? " " : levels[Math.max(0, Math.ceil((value / most) * 8) - 1)]).join("")
