import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import Ajv from "ajv"
import { Effect, Result } from "effect"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { axisPaths } from "../../../framework/spec/fields.ts"
import { jsonSchema, jsonSchemaText } from "../../../framework/spec/json-schema.ts"
import { loadText, minimal } from "./files.ts"

const schema = jsonSchema() as { readonly [key: string]: any }
const validate = new Ajv.default({ allErrors: true, strict: false }).compile(schema)
const isValid = (text: string): boolean => validate(parse(text))
const loads = async (text: string): Promise<boolean> =>
  Result.isSuccess(await Effect.runPromise(Effect.result(loadText(text))))

const good = [
  minimal,
  `${minimal}x-anything: [1, { a: b }]\nteacher: { init: { hidden_size: 64 }, seed: 1, tokenizer: tiny/base }\nloss: { distil: js, options: { beta: 0.5 } }\n`,
  `${minimal}sequence: { truncate: { ratio: "0.29" }, supervise: [cot] }\nseeds: [1, 2]\nscore: forced\n`,
  `${minimal}evaluate:\n  - { benchmark: b, items: 10, thoughtTokens: 5 }\n  - { name: c, benchmark: b, items: "\${data.train}", thoughtTokens: [5, 6] }\n`,
  `${minimal}grid:
  - product:
      sequence.truncate.ratio: [0.1, 0.5, 1.0]
      sequence.supervise: [[cot], [prompt, cot]]
      loss.options.beta: [0.1]
    zip: { train.learningRate: [1e-3, "\${train.learningRate}"], train.select: [last, { best: own-cross-entropy }] }
    exclude: [{ sequence.truncate.ratio: { lt: 0.2, not: 0.1 }, sequence.supervise: [cot] }]
    only: [{ sequence.truncate.ratio: [0.1, 0.5] }]
    when: { loss.options.beta: { loss.distil: null } }
    role: control
baseline: { matched: { sequence.truncate.ratio: 1.0 }, reference: null }
`
]

const bad = [
  "[]\n",
  "experiment: a\n",
  `${minimal}ratio: 1\n`,
  `${minimal}loss: { wieght: 1 }\n`,
  `${minimal}loss: { weight: 2 }\n`,
  `${minimal}loss: { weight: much }\n`,
  `${minimal}score: last\n`,
  `${minimal}seeds: []\n`,
  `${minimal}seeds: [1, 1]\n`,
  `${minimal}seeds: [1.5]\n`,
  `${minimal}seeds: 1\n`,
  `${minimal}sequence: { supervise: [] }\n`,
  ...["0", "-3", "1.5", "null", "[]", "banana", "true"].map(
    (ratio) => `${minimal}sequence: { truncate: { ratio: ${ratio} } }\n`
  ),
  `${minimal}grid: { product: {} }\n`,
  `${minimal}grid: [{ product: { sequence.ratio: [1] } }]\n`,
  `${minimal}grid: [{ product: { seeds: [1] } }]\n`,
  `${minimal}grid: [{ product: { train.steps: [] } }]\n`,
  `${minimal}grid: [{ product: { train.steps: [0.5] } }]\n`,
  `${minimal}grid: [{ role: main }]\n`,
  `${minimal}grid: [{ exclude: [{ train.stpes: 1 }] }]\n`,
  `${minimal}grid: [{ exclude: [{ train.steps: { gth: 1 } }] }]\n`,
  `${minimal}teacher: { model: a, train: b }\n`,
  `${minimal}teacher: {}\n`,
  `${minimal}evaluate: [{ benchmark: b, items: 0, thoughtTokens: 1 }]\n`,
  `${minimal}evaluate: [{ benchmark: b, items: 1 }]\n`,
  `${minimal}claims: { c: { retention: "0.9", at: {} } }\n`,
  `${minimal}resources: { gpus: -1 }\n`,
  minimal.replace("minimal", "Not Kebab")
]

describe("docs/experiment.schema.json", () => {
  it("is current: `npx leadspan schema > docs/experiment.schema.json` makes it", () => {
    const file = fileURLToPath(new URL("../../../docs/experiment.schema.json", import.meta.url))
    expect(readFileSync(file, "utf8") === jsonSchemaText()).toBe(true)
  })
  it("accepts what loads", async () => {
    for (const text of good) {
      expect(isValid(text), `${text}\n${JSON.stringify(validate.errors)}`).toBe(true)
      expect(await loads(text), text).toBe(true)
    }
  })
  it("refuses what does not", async () => {
    for (const text of bad) {
      expect(isValid(text), text).toBe(false)
      expect(await loads(text), text).toBe(false)
    }
  })
  it("asks a file that extends another for nothing", () => {
    expect(isValid("extends: base.yaml\nexperiment: a\n")).toBe(true)
    expect(isValid("extends: base.yaml\nloss: { wieght: 1 }\n")).toBe(false)
  })
  it("knows every axis", () => {
    expect(Object.keys(schema["definitions"].Axes.properties)).toEqual(axisPaths())
    expect(axisPaths()).toContain("train.optimiser.clipNorm")
    expect(axisPaths()).not.toContain("seeds")
  })
  it("describes every field, and gives a default where it may be left out", () => {
    const undescribed: Array<string> = []
    const resolved = (node: any): any =>
      node.$ref === undefined ? node : { ...schema["definitions"][node.$ref.split("/").at(-1)], ...node }
    const walk = (node: any, at: string, optional: boolean): void => {
      if (typeof node !== "object" || node === null) return
      const { required = [], properties } = node
      for (const [key, inner] of Object.entries<any>(properties ?? {})) {
        const field = resolved(inner)
        const isRequired = required.includes(key) || (at === "" && schema["else"].required.includes(key))
        if (typeof field.description !== "string") undescribed.push(`${at}.${key}`)
        if (optional && !isRequired && !("default" in field) && key !== "extends")
          undescribed.push(`${at}.${key} has no default`)
        walk(inner, `${at}.${key}`, optional)
      }
      for (const member of [...(node.anyOf ?? []), ...(node.items === undefined ? [] : [node.items])])
        walk(member, at, optional)
    }
    walk(schema, "", true)
    for (const [name, definition] of Object.entries<any>(schema["definitions"])) {
      if (!["Axes", "Conditions", "Comparison"].includes(name)) walk(definition, name, true)
    }
    expect(undescribed).toEqual([])
  })
})
