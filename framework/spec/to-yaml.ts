/** The composed spec as YAML: what a run is recorded with. */
import { Document, isScalar, isSeq, visit } from "yaml"
import type { Json } from "./Json.ts"
import type { LoadedSpec } from "./LoadedSpec.ts"
import { SpecSchema } from "./schema/SpecSchema.ts"
import type { SpecNode } from "./SpecNode.ts"

/** Credentials in addresses that were written out are hidden too. */
const redactText = (text: string): string => text.replace(/(:\/\/)[^/@\s]+@/g, "$1[redacted]@")

const plainOf = (node: SpecNode): Json => {
  if (node.kind === "list") return node.items.map(plainOf)
  if (node.kind === "map") return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]))
  // a secret stays the reference it was written as; other text that looks like one must not become one
  if (node.secret) return redactText(node.text)
  return typeof node.value === "string" ? redactText(node.value).replaceAll("${", () => "$${") : node.value
}

/**
 * The spec with its bases, overrides and references worked in, in the order of the Schema; secrets are `${env:NAME}`
 * again. It loads to the same spec, as long as the files it names are found from where it lies.
 */
export const toYaml = (loaded: LoadedSpec): string => {
  const written = plainOf(loaded.root) as { readonly [key: string]: Json }
  const known = Object.keys(SpecSchema.fields)
  const ordered = Object.fromEntries(
    known.filter((key) => Object.hasOwn(written, key)).map((key) => [key, written[key]])
  )
  const document = new Document(ordered, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, list) => {
      // lists of values on one line, lists of maps one a line
      if (list.items.every((item) => isScalar(item) || (isSeq(item) && item.items.every(isScalar)))) list.flow = true
    },
    Map: (_, map) => {
      if (map.items.length === 0) map.flow = true
    }
  })
  return loaded.redact(document.toString({ lineWidth: 120 }))
}
