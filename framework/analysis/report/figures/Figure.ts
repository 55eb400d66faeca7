/** A drawing with all that must stand beside it: on the page, and as a file of its own. */
import type { Html } from "../html.ts"
import { type FigureSpec, renderFigure } from "./render.ts"
import type { Series } from "./series.ts"

/** What a colour stands for; shape null: an area. */
export type KeyEntry = Omit<Series, "shape"> & { readonly shape: Series["shape"] | null }

export interface Figure {
  /** unique on the page; the name of its file */
  readonly id: string
  readonly title: string
  readonly key: ReadonlyArray<KeyEntry>
  /** an SVG element whose colours are the page's */
  readonly svg: Html
}

/** A part of the page, and what it draws. */
export interface Section {
  readonly body: Html
  readonly figures: ReadonlyArray<Figure>
}

/** @param description what it shows, for those who do not see it */
export const drawFigure = async (
  id: string, title: string, description: string, spec: FigureSpec, key: ReadonlyArray<KeyEntry> = []
): Promise<Figure> => ({ id, title, key: key.length < 2 ? [] : key, svg: await renderFigure(id, title, description, spec) })
