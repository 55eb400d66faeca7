/** Decoding one section of a spec by itself: each distinct section of a grid is decoded once and shared by its cells. */
import { Result, Schema, type SchemaIssue, SchemaParser } from "effect"
import { finishEvaluations, finishLoss, type CellSettings } from "./ExperimentSpec.ts"
import { flatten, type Problem } from "./flatten.ts"
import type { Json } from "./Json.ts"
import { parseOptions } from "./parse-options.ts"
import { type CellSection, type DecodedSpec, SpecSchema } from "./schema/SpecSchema.ts"
import { checkSection } from "./section-checks.ts"
import { mapNode, type SpecNode } from "./SpecNode.ts"

const decoders = new Map<CellSection, (input: unknown) => Result.Result<unknown, SchemaIssue.Issue>>()
const decoderOf = (section: CellSection) => {
  let decoder = decoders.get(section)
  if (decoder === undefined) {
    const schema = Schema.Struct({ [section]: SpecSchema.fields[section] }) as unknown as Schema.Codec<unknown, unknown>
    decoder = SchemaParser.decodeUnknownResult(schema, parseOptions)
    decoders.set(section, decoder)
  }
  return decoder
}

/** What decoding leaves open: defaults that hang on another field. */
export const finishSection = <K extends CellSection>(section: K, decoded: unknown): CellSettings[K] =>
  (section === "loss"
    ? finishLoss(decoded as DecodedSpec["loss"])
    : section === "evaluate"
      ? finishEvaluations(decoded as DecodedSpec["evaluate"])
      : decoded) as CellSettings[K]

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: ReadonlyArray<Problem> }

/** @param plain the section as `toPlain` gives it; undefined where it is not written */
export const decodeSection = <K extends CellSection>(
  section: K,
  plain: Json | undefined,
  node: SpecNode | undefined
): Decoded<CellSettings[K]> => {
  const result = decoderOf(section)(plain === undefined ? {} : { [section]: plain })
  if (Result.isFailure(result)) {
    const root =
      node === undefined ? undefined : mapNode(node.place, new Map([[section, { key: node.place, value: node }]]))
    return { ok: false, problems: flatten(result.failure, [], root) }
  }
  const value = finishSection(section, (result.success as Record<string, unknown>)[section])
  const problems = checkSection(section, value)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value }
}
