/** docs/spec.md is true: its tables are the Schema's, its examples load, its cells and errors are what the program says. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { resolveGrid } from "../../../framework/plan/grid/expand-grid.ts"
import { specIssueCodes } from "../../../framework/spec/SpecError.ts"
import { fieldRows, topLevelFields } from "./field-rows.ts"
import { loadText, messageOf } from "./files.ts"

const text = readFileSync(fileURLToPath(new URL("../../../docs/spec.md", import.meta.url)), "utf8")
const lines = text.split("\n")

interface Fence {
  readonly info: string
  readonly body: string
  readonly line: number
}
const fences: ReadonlyArray<Fence> = [...text.matchAll(/^```(\w[\w ]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  info: match[1]!,
  body: match[2]!,
  line: text.slice(0, match.index).split("\n").length
}))
const base = fences.find(({ body }) => body.startsWith("# base.yaml"))!.body
const environment = { MLFLOW_USER: "me", MLFLOW_PASSWORD: "secret", MLFLOW_HOST: "mlflow.example", SERVER_KEY: "sk-1234" }
/** A fragment is laid over the page's own base. */
const wholeOf = (body: string): string => (/^(experiment|extends):/m.test(body) ? body : `extends: base.yaml\n${body}`)

describe("docs/spec.md", () => {
  it("has a heading and the current rows for every field", () => {
    for (const name of topLevelFields) {
      expect(lines, name).toContain(`### ${name}`)
      for (const row of fieldRows(name)) expect(lines, row).toContain(row)
    }
    const rows = lines.filter((line) => /^\| `[a-z][\w.[\]]*` \| .* \| .* \| .* \|$/i.test(line))
    expect(rows).toEqual(
      topLevelFields
        .slice(1)
        .concat("extends")
        .flatMap(fieldRows)
        .sort((a, b) => lines.indexOf(a) - lines.indexOf(b))
    )
  })
  it("explains every code of an error", () => {
    for (const code of specIssueCodes) expect(text, code).toContain(`\n| \`${code}\` | `)
  })
  for (const [i, { body, info, line }] of fences.entries()) {
    const next = fences[i + 1]
    if (info === "yaml") {
      it(`line ${line} loads`, async () => {
        const grid = await Effect.runPromise(
          Effect.flatMap(loadText(wholeOf(body), { "base.yaml": base }, [], environment), resolveGrid)
        )
        if (next?.info === "text cells") expect(`${grid.cells.map(({ name }) => name).join("\n")}\n`).toBe(next.body)
      })
    } else if (info === "yaml bad") {
      it(`line ${line} is refused as shown`, async () => {
        expect(`${await messageOf(body)}\n`).toBe(next!.body)
      })
    }
  }
})
