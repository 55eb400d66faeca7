import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { drawFigure } from "../../../framework/analysis/report/figures/Figure.ts"
import { drawnFigures, figureFiles } from "../../../framework/analysis/report/figures/figure-files.ts"

describe("a report's figures as files", () => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-figures-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("stand alone, and are those that the last report names", async () => {
    const spec = { data: { values: [{ a: 1 }] }, mark: "point", encoding: { x: { field: "a", type: "quantitative" } } }
    const key = [{ name: `<b>&`, colour: "var(--series-0)", shape: "circle" as const }, { name: "b", colour: "var(--series-7)", shape: null }]
    const files = figureFiles([await drawFigure("one", `<script>"T"`, "A point", spec, key)])
    expect(Object.keys(files)).toEqual(["figures.json", "figures/one.svg"])
    expect(files["figures/one.svg"]).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(files["figures/one.svg"]).not.toMatch(/var\(--|<script|<b>/)
    expect(drawnFigures(folder)).toEqual([])
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    writeFileSync(join(folder, "figures/left-by-an-earlier-report.svg"), "<svg/>")
    expect(drawnFigures(folder)).toEqual(["figures/one.svg"])
    writeFileSync(join(folder, "figures.json"), `[{"id":"x","title":"x","file":"../../secret"}]`)
    expect(drawnFigures(folder)).toEqual([])
  })
})
