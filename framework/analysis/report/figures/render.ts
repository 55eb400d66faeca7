/** Vega-Lite specifications to SVG text: headless, no network, the same bytes for the same figure. */
import type { TopLevelSpec } from "vega-lite"
import { escapeHtml, Html } from "../html.ts"

/** A Vega-Lite specification; what it holds is checked by compiling it. */
export type FigureSpec = Readonly<Record<string, unknown>>

/** Colours stand as CSS variables, so that one figure is right in light, dark and print. */
const theme = {
  background: null,
  font: "sans-serif",
  axis: {
    labelColor: "var(--muted)", titleColor: "var(--ink)", gridColor: "var(--grid)", domainColor: "var(--line)",
    tickColor: "var(--line)", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, titlePadding: 8, labelPadding: 5,
    gridWidth: 1
  },
  view: { stroke: null },
  line: { strokeWidth: 2 }
} as const

/**
 * Draws one figure. It takes the keyboard's focus, so that who does not see it is told what it shows.
 * @param id unique on the page: ids within the SVG begin with it
 * @param title what it is, in a few words
 * @param description what it shows, for those who do not see it
 */
export const renderFigure = async (id: string, title: string, description: string, spec: FigureSpec): Promise<Html> => {
  // loaded here, so that tables alone never pay for it
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")])
  const silent = vega.logger(vega.Error)
  const compiled = vegaLite.compile({ ...spec, config: theme } as unknown as TopLevelSpec, { logger: silent as never }).spec
  vega.resetSVGDefIds()
  const view = new vega.View(vega.parse(compiled), { renderer: "none", loader: noLoader(vega.loader()), logger: silent })
  try {
    const svg = await view.toSVG()
    return new Html(
      svg
        .replace(/(?<=\bid=")(?=(?:clip|gradient)\d)|(?<=url\(#)(?=(?:clip|gradient)\d)/g, `${id}-`)
        // Vega speaks of every axis and mark aloud; one description of the whole is kinder
        .replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, "")
        .replace(/^<svg[^>]*?(?= class| width)/, `<svg xmlns="http://www.w3.org/2000/svg" role="img" tabindex="0"`)
        .replace(/^<svg[^>]*>/, (opening) => `${opening}<title>${escapeHtml(title)}</title><desc>${escapeHtml(description)}</desc>`)
    )
  } finally {
    view.finalize()
  }
}

/** A figure's data stand in its specification: whatever would be fetched is refused. */
const noLoader = <L extends object>(loader: L): L => ({
  ...loader,
  load: () => Promise.reject(new Error("Figures load nothing")),
  http: () => Promise.reject(new Error("Figures load nothing")),
  file: () => Promise.reject(new Error("Figures load nothing"))
})
