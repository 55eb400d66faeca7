/** The rows of the tables in docs/spec.md, as the JSON Schema has them. */
import { jsonSchema } from "../../../framework/spec/json-schema.ts"

type Node = { readonly [key: string]: any }
const schema = jsonSchema() as Node
/** conditions hold every field again: their table is that of the fields */
const leaves = ["Axes", "Conditions", "Comparison"]
const resolve = (node: Node): Node => {
  const name: string | undefined = (node["$ref"] ?? node["allOf"]?.[0]?.["$ref"])?.split("/").at(-1)
  return name === undefined
    ? node
    : leaves.includes(name)
      ? { ...node, description: node["description"] ?? schema["definitions"][name].description }
      : resolve({ ...schema["definitions"][name] })
}

const typeOf = (node: Node): string => {
  if (node["$ref"] === "#/definitions/Ratio") return "ratio"
  if (node["$ref"] === "#/definitions/Reference") return ""
  if (node["$ref"] === "#/definitions/Conditions") return "conditions"
  if (node["allOf"]?.[0]?.["$ref"] === "#/definitions/Axes") return "axes"
  const at = resolve(node)
  if (at["enum"] !== undefined) return at["enum"].map((word: string) => `\`${word}\``).join(", ")
  if (at["anyOf"] !== undefined)
    return [...new Set(at["anyOf"].map(typeOf).filter((type: string) => type !== ""))].join(" or ")
  if (at["type"] === "integer") return "whole number"
  if (at["additionalProperties"]?.["$ref"] === "#/definitions/Conditions") return "conditions by axis"
  if (at["type"] === "array") return `list of ${typeOf(at["items"])}`
  return (
    { object: "map", string: "text", boolean: "true or false", number: "number", null: "null" }[at["type"] as string] ??
    "any"
  )
}

/** @param isChoice one of several maps: what is required hangs on which is chosen */
const rowsOf = (node: Node, prefix: string, required: ReadonlyArray<string>, isChoice = false): ReadonlyArray<string> =>
  Object.entries<Node>(node["properties"] ?? {}).flatMap(([key, inner]) => {
    const at = resolve(inner)
    const path = `${prefix}${key}`
    const fallback = inner["default"] ?? at["default"]
    const shown =
      fallback !== undefined
        ? `\`${JSON.stringify(fallback)}\``
        : "default" in inner || "default" in at
          ? "`null`"
          : prefix !== "" && isChoice
            ? "-"
            : required.includes(key)
              ? "required"
              : "-"
    const row = `| \`${path}\` | ${typeOf(inner)} | ${shown} | ${inner["description"] ?? at["description"]} |`
    const maps =
      at["properties"] !== undefined
        ? [at]
        : (at["anyOf"] ?? []).map(resolve).filter((member: Node) => member["properties"] !== undefined)
    const item =
      at["items"] === undefined ? [] : [resolve(at["items"])].filter((member) => member["properties"] !== undefined)
    const values =
      at["additionalProperties"]?.["$ref"] !== undefined &&
      at["additionalProperties"]["$ref"] !== "#/definitions/Conditions"
        ? [resolve(at["additionalProperties"])]
        : []
    return [
      row,
      ...maps.flatMap((map: Node) => rowsOf(map, `${path}.`, map["required"] ?? [], maps.length > 1)),
      ...item.flatMap((map) => rowsOf(map, `${path}[].`, map["required"] ?? [])),
      ...values.flatMap((map) => rowsOf(map, `${path}.NAME.`, map["required"] ?? []))
    ]
  })

/** Rows of one top-level field, itself first. */
export const fieldRows = (name: string): ReadonlyArray<string> =>
  rowsOf({ properties: { [name]: schema["properties"][name] } }, "", schema["else"].required)

export const topLevelFields: ReadonlyArray<string> = Object.keys(schema["properties"])
