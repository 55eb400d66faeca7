/** A report's figures as files, each with its title, its key and light colours, and the list of them. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Option, Schema } from "effect"
import type { Figure } from "./Figure.ts"
import { standingAlone } from "./standing-alone.ts"

const listName = "figures.json"

const pathOf = (id: string): string => `figures/${id}.svg`

/** Texts by path; the list says which of a folder's figures belong to its report. */
export const figureFiles = (figures: ReadonlyArray<Figure>): Readonly<Record<string, string>> => ({
  [listName]: `${JSON.stringify(figures.map(({ id, title }) => ({ id, title, file: pathOf(id) })), null, 2)}\n`,
  ...Object.fromEntries(figures.map((figure) => [pathOf(figure.id), standingAlone(figure, figure.svg.text)]))
})

const decodeList = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Array(Schema.Struct({
  file: Schema.String.check(Schema.isPattern(/^figures\/[a-z0-9-]+\.svg$/u))
}))))

/** Paths of the figures of the report in `folder`, in its order; none where there is no report. */
export const drawnFigures = (folder: string): ReadonlyArray<string> => {
  const file = join(folder, listName)
  return existsSync(file) ? Option.getOrElse(decodeList(readFileSync(file, "utf8")), () => []).map((one) => one.file) : []
}
