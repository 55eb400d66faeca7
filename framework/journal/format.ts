/**
 * The format of what a project keeps under `.leadspan`: one number, in `format.json`, for store and journals together
 * (docs/format.md). Another number is refused before anything is read; a project without the file has kept nothing yet.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { writeDurably } from "./durable.ts"

export const storedFormat = 1

const Marker = Schema.fromJsonString(Schema.Struct({ format: Schema.Int }))
const decodeMarker = Schema.decodeUnknownOption(Marker)

export class OtherFormat extends Schema.TaggedError<OtherFormat>()("OtherFormat", {
  where: Schema.String,
  found: Schema.String
}) {
  override get message(): string {
    return `${this.where} has format ${this.found}, this Leadspan reads format ${storedFormat}: ` +
      "use the version of Leadspan that wrote it, or move the folder away to begin anew"
  }
}

const markerPath = (state: string): string => join(state, "format.json")

/** @throws OtherFormat where `.leadspan` (`state`) was written in another format */
export const checkFormat = (state: string): void => {
  const path = markerPath(state)
  if (!existsSync(path)) return
  const marker = decodeMarker(readFileSync(path, "utf8"))
  if (marker._tag === "None") throw new OtherFormat({ where: path, found: "that it does not name" })
  if (marker.value.format !== storedFormat) throw new OtherFormat({ where: path, found: String(marker.value.format) })
}

/** Marks `.leadspan` as written in the present format. */
export const markFormat = (state: string): void => {
  if (!existsSync(markerPath(state))) writeDurably(markerPath(state), `${JSON.stringify({ format: storedFormat })}\n`)
}

/** @throws OtherFormat where a decoded record, manifest or plan names another format */
export const checkFormatOf = (value: unknown, where: string): void => {
  const found = value !== null && typeof value === "object" ? (value as { readonly format?: unknown }).format : undefined
  if (typeof found === "number" && found !== storedFormat) throw new OtherFormat({ where, found: String(found) })
}
