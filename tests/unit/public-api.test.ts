/** What others build on: the names that plugins import, the commands and flags that scripts call. Changing one is a decision. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { tree } from "../../framework/cli/tree.ts"
import * as leadspan from "../../framework/index.ts"

interface Documented {
  readonly name: string
  readonly subcommands: ReadonlyArray<{ readonly commands: ReadonlyArray<Documented> }>
  readonly buildHelpDoc: (path: ReadonlyArray<string>) => {
    readonly flags: ReadonlyArray<{ readonly name: string }>
    readonly args?: ReadonlyArray<{ readonly name: string; readonly required: boolean }>
  }
}

const usages = (command: Documented, path: ReadonlyArray<string>): ReadonlyArray<string> => {
  const words = [...path, command.name]
  const below = command.subcommands.flatMap(({ commands }) => commands)
  if (below.length > 0) return below.flatMap((inner) => usages(inner, words))
  const { args = [], flags } = command.buildHelpDoc(words)
  return [[...words, ...args.map(({ name, required }) => required ? name.toUpperCase() : `[${name.toUpperCase()}]`),
    ...flags.map(({ name }) => `--${name}`)].join(" ")]
}

describe("public API", () => {
  it("exports these values", () => {
    assert.deepStrictEqual(Object.keys(leadspan).sort(), [
      "Schema", "defineBenchmark", "defineDataset", "defineFormat", "defineLoss", "defineModel", "defineSelector", "defineTransform",
      "defineTruncation", "findMarkers", "freeTextAnswers", "keptLength", "markerClasses", "withDefault"
    ])
  })

  it("exports these types", () => {
    const source = readFileSync(join(import.meta.dirname, "../../framework/index.ts"), "utf8")
    const names = [...source.matchAll(/export type \{([^}]*)\}/gu)].flatMap(([, inner]) => inner!.split(",").map((name) => name.trim()))
    assert.deepStrictEqual(names.filter((name) => name !== "").sort(), [
      "BenchmarkItem", "BenchmarkPlugin", "BenchmarkRecords", "DatasetPlugin", "DatasetRequest", "FormatPlugin", "FormatTrace", "Kept", "LossOps",
      "LossPlugin", "LossTensor", "Marker", "MarkerClass", "ModelPlugin", "Output", "Plugin", "RandomOf", "RawRecord", "RecordPosition", "RecordsPlace", "Refusal",
      "SelectorContext", "SelectorExample", "SelectorPlugin", "SequenceInfo", "Spans", "TokenMeasures", "TraceRecord",
      "TransformPlugin", "TruncationContext", "TruncationExample", "TruncationPlugin"
    ])
  })

  it("has these commands and flags", () => {
    assert.deepStrictEqual(usages(tree as unknown as Documented, []), [
      "leadspan check SPEC --set",
      "leadspan plan SPEC --set --json",
      "leadspan run SPEC --set --max-hours --only --setup --ui --require-claims",
      "leadspan status [EXPERIMENT] --json",
      "leadspan report EXPERIMENT [OTHER] --out --require-claims",
      "leadspan sync [EXPERIMENT]",
      "leadspan ui [EXPERIMENT]",
      "leadspan data FILE --json --html --format --tokenizer --where --limit --max-tokens --matcher --keep --thought-never-ends",
      "leadspan explain SPEC --set --json --cell --sample --phase --html",
      "leadspan grade [ROWS]",
      "leadspan diff BEFORE AFTER --json",
      "leadspan doctor --json",
      "leadspan schema",
      "leadspan model inspect FOLDER --ids --generate --json",
      "leadspan model export EXPERIMENT OUT --cell --seed",
      "leadspan plugin new KIND NAME",
      "leadspan plugin test FILE",
      "leadspan plugin list --json",
      "leadspan setup [VARIANT]"
    ])
  })
})
