/** How a figure stands on a page: its title, its drawing, and its numbers as a table and as a file. */
import { csv, type CsvValue } from "../../csv.ts"
import { csvLink, type Html, html } from "../html.ts"
import type { Figure } from "./Figure.ts"

export const panel = ({ svg, title }: Figure): Html => html`<div><p class="panel-title">${title}</p>${svg}</div>`

/** Columns and rows of what a figure shows. */
export interface FigureData {
  /** the file's, without its ending */
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<CsvValue>>
}

/** The numbers of a figure: to be read, and to be saved in full precision. */
export const figureData = ({ columns, name, rows }: FigureData): Html => html`<details class="numbers"><summary>The numbers</summary>
<p class="note">${csvLink(name, csv(columns, rows))}</p>
<div class="scroll stick" tabindex="0"><table>
<thead><tr>${columns.map((column, place) => place === 0 ? html`<th class="words" scope="col">${column.replaceAll("_", " ")}</th>` : html`<th scope="col">${column.replaceAll("_", " ")}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...others]) => html`<tr><th scope="row">${shown(first)}</th>${others.map((value) => html`<td>${shown(value)}</td>`)}</tr>`)}</tbody>
</table></div></details>`

const shown = (value: CsvValue): string => {
  if (value === null || value === undefined) return ""
  if (typeof value === "boolean") return value ? "yes" : "no"
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : String(value)
}
