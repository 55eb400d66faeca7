/** The JSON Schema (draft-07) of experiment files, for completion and checks in editors. */
import { JsonSchema, Schema } from "effect"
import { axisPaths } from "./fields.ts"
import { SpecSchema } from "./schema/SpecSchema.ts"

type Node = { [key: string]: unknown }

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value)

/** Effect writes the bounds of safe integers; an editor need not show them. */
const cleaned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(cleaned)
  if (!isNode(value)) return value
  const kept = Object.entries(value).filter(
    ([key, inner]) =>
      !(key === "minimum" && inner === Number.MIN_SAFE_INTEGER) &&
      !(key === "maximum" && inner === Number.MAX_SAFE_INTEGER)
  )
  return Object.fromEntries(kept.map(([key, inner]) => [key, cleaned(inner)]))
}

const reference = { $ref: "#/definitions/Reference" }

/** A value may be a reference to another field or to the environment, which an editor sees as text. */
const withReferences = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withReferences)
  if (!isNode(value)) return value
  if (typeof value["type"] === "string" && ["number", "integer", "boolean"].includes(value["type"])) {
    const { default: fallback, description, ...type } = value
    return {
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
      anyOf: [type, reference]
    }
  }
  // text is text, and a closed list of words stays closed: it reads better in an editor
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      ["default", "enum", "required", "description", "examples"].includes(key) ? inner : withReferences(inner)
    ])
  )
}

const definitionOf = (node: unknown, definitions: Node): Node => {
  let at = node
  while (isNode(at) && typeof at["$ref"] === "string") at = definitions[at["$ref"].split("/").at(-1)!]
  return isNode(at) ? at : {}
}

/** The schema of a field, by the names on its path; alternatives are searched. */
const schemaAt = (node: unknown, path: ReadonlyArray<string>, definitions: Node): Node | null => {
  const [name, ...rest] = path
  if (name === undefined) return isNode(node) ? node : null
  const at = definitionOf(node, definitions)
  const own = isNode(at["properties"]) ? at["properties"][name] : undefined
  if (own !== undefined) return schemaAt(own, rest, definitions)
  for (const member of [
    ...((at["anyOf"] as ReadonlyArray<unknown>) ?? []),
    ...((at["allOf"] as ReadonlyArray<unknown>) ?? [])
  ]) {
    const found = schemaAt(member, path, definitions)
    if (found !== null) return found
  }
  return null
}

/** Options of plugins, fields of an architecture, and the evaluations of the list: checked when the file is loaded. */
const openPaths =
  "^(data\\.options|sequence\\.truncate\\.options|sequence\\.selector\\.options|loss\\.options|train\\.replay\\.options|student\\.init|teacher\\.init|evaluate\\.[0-9]+)\\..+$"

const withGrid = (root: Node, definitions: Node): Node => {
  const fields = axisPaths().map((path) => ({ path, schema: schemaAt(root, path.split("."), definitions) ?? {} }))
  const withoutNotes = ({ default: _, description: __, ...schema }: Node): Node => schema
  const describe = (schema: Node): Node => {
    const description = schema["description"] ?? definitionOf(schema, definitions)["description"]
    return description === undefined ? {} : { description }
  }
  const operators = {
    type: "object",
    minProperties: 1,
    additionalProperties: false,
    properties: {
      gt: { type: "number", description: "Greater than." },
      gte: { type: "number", description: "Greater than or equal." },
      lt: { type: "number", description: "Less than." },
      lte: { type: "number", description: "Less than or equal." },
      not: { description: "Anything but this value, list of values or comparison." }
    },
    description: "Comparison of numbers, or `not` before a value, a list of values or a comparison."
  }
  const block = definitions["Block"] as Node
  const properties = block["properties"] as Node
  const axes = (name: string): Node => ({
    ...(properties[name] as Node),
    allOf: [{ $ref: "#/definitions/Axes" }],
    additionalProperties: undefined,
    type: "object"
  })
  return {
    ...definitions,
    Block: { ...block, properties: { ...properties, product: axes("product"), zip: axes("zip") } },
    Axes: {
      type: "object",
      additionalProperties: false,
      description: "Axes: the dotted path of a field, and its values.",
      properties: Object.fromEntries(
        fields.map(({ path, schema }) => [
          path,
          { type: "array", minItems: 1, items: withoutNotes(schema), ...describe(schema) }
        ])
      ),
      patternProperties: { [openPaths]: { type: "array", minItems: 1 } }
    },
    Conditions: {
      ...(definitions["Conditions"] as Node),
      additionalProperties: false,
      properties: Object.fromEntries(
        fields.map(({ path, schema }) => [
          path,
          {
            anyOf: [
              withoutNotes(schema),
              { type: "array", minItems: 1, items: withoutNotes(schema) },
              { $ref: "#/definitions/Comparison" }
            ],
            ...describe(schema)
          }
        ])
      ),
      patternProperties: { [openPaths]: {} }
    },
    Comparison: operators
  }
}

/** The schema as a value that JSON can hold; `docs/experiment.schema.json` is this. */
export const jsonSchema = (): unknown => {
  const document = JsonSchema.toDocumentDraft07(Schema.toJsonSchemaDocument(SpecSchema, { onExcessProperty: "error" }))
  const definitions: Node = {
    ...(withReferences(cleaned(document.definitions)) as Node),
    Ratio: {
      description: "A decimal number above 0 and at most 1, kept as written: 0.29 of 100 tokens is 29.",
      default: 1,
      anyOf: [
        { type: "number", exclusiveMinimum: 0, maximum: 1 },
        { type: "string", pattern: "^(0?\\.[0-9]+|1(\\.0*)?)$" },
        reference
      ]
    },
    Reference: {
      type: "string",
      pattern: "^\\$\\{[^{}]+\\}$",
      description: "`${path.to.field}`, `${env:NAME}` or `${env-public:NAME}`."
    }
  }
  const root = definitionOf(withReferences(cleaned(document.schema)), definitions)
  const name = Object.keys(definitions).find((key) => definitions[key] === root)
  const properties = root["properties"] as Node
  const complete = {
    ...root,
    properties: {
      extends: {
        description: "Experiment files that this one is laid over, relative to it; the later of a list wins.",
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }]
      },
      ...properties
    },
    patternProperties: { "^x-": { description: "Holds anchors; otherwise ignored." } }
  }
  const { [name ?? ""]: _, ...others } = withGrid(root, definitions)
  // what a base supplies is missing here: required keys are asked of files that extend nothing
  const { required, ...rest } = complete as Node
  return {
    $schema: JsonSchema.META_SCHEMA_URI_DRAFT_07,
    ...rest,
    if: { required: ["extends"] },
    else: { required },
    definitions: others
  }
}

/** The text of `docs/experiment.schema.json`. */
export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`
