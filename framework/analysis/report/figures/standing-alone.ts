/** A figure of a page as a file of its own: with its title, its key and light colours. */
import { escapeHtml } from "../html.ts"
import type { KeyEntry } from "./Figure.ts"

const colours: Readonly<Record<string, string>> = {
  paper: "#fdfdfb", ink: "#1c2226", muted: "#5b656d", line: "#dcdcd4", grid: "#ebebe5", tint: "#0072b2",
  "series-0": "#0072b2", "series-1": "#d55e00", "series-2": "#007a5a", "series-3": "#b0588d", "series-4": "#a87400", "series-5": "#2f8fc4",
  "series-6": "#6b5bb0", "series-7": "#6a6a5a"
}

/** Programs that draw an SVG know the variables of no page. */
const coloured = (text: string): string => text.replaceAll(/var\(--([a-z0-9-]+)\)/gu, (variable, name: string) => colours[name] ?? variable)

const [margin, titleHeight, keyHeight, lettersWide] = [12, 30, 24, 6.6]

const keyOf = (key: ReadonlyArray<KeyEntry>): string => {
  let x = margin
  return key.map(({ colour, name }) => {
    const entry = `<rect x="${x}" y="${titleHeight + 6}" width="11" height="11" rx="2" fill="${colour}"/>` +
      `<text x="${x + 17}" y="${titleHeight + 16}" font-size="12" fill="var(--ink)">${escapeHtml(name)}</text>`
    x += 17 + Math.ceil(name.length * lettersWide) + 20
    return entry
  }).join("")
}

/** @param svg the figure, from `<svg` on   @returns an SVG file's text */
export const standingAlone = ({ key, title }: { readonly key: ReadonlyArray<KeyEntry>; readonly title: string }, svg: string): string => {
  const sizeOf = (name: string) => Number(new RegExp(`^<svg[^>]*? ${name}="([0-9.]+)"`, "u").exec(svg)?.[1] ?? 400)
  const top = titleHeight + (key.length === 0 ? 0 : keyHeight)
  const keyWidth = key.reduce((sum, { name }) => sum + 37 + Math.ceil(name.length * lettersWide), 0)
  const width = Math.max(sizeOf("width"), keyWidth, Math.ceil(title.length * 8.6)) + 2 * margin
  const height = sizeOf("height") + top + margin
  return coloured(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="var(--paper)"/>` +
    `<text x="${margin}" y="21" font-size="15" font-weight="600" fill="var(--ink)">${escapeHtml(title)}</text>${keyOf(key)}` +
    `${svg.replace(/^<svg/u, `<svg x="${margin}" y="${top}"`)}</svg>\n`)
}
