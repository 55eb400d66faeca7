/** Conditions of `exclude`, `only`, `when`, baselines and claims, typed by the fields they name. All terms must hold. */
import { Result, SchemaParser } from "effect"
import { nearest } from "./did-you-mean.ts"
import { type Field, fieldAt, isCellPath, suggestPath } from "./fields.ts"
import { flatten, type Problem } from "./flatten.ts"
import { canonicalJson, type Json } from "./Json.ts"
import { parseOptions } from "./parse-options.ts"
import type { SpecIssueCode } from "./SpecError.ts"
import type { SpecNode } from "./SpecNode.ts"
import type { SpecPath } from "./SpecPath.ts"
import { toPlain } from "./to-plain.ts"

export interface Term {
  /** dotted path of the field */
  readonly path: string
  /** where the term is written */
  readonly at: SpecPath
  /** @param value the field's decoded value; undefined where a plugin's option is not there */
  readonly holds: (value: Json | undefined) => boolean
}
export type Conditions = ReadonlyArray<Term>

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound
}
const operators = [...Object.keys(comparisons), "not"]

/** A ratio is kept as text; it compares as the number it writes. */
const numeric = (value: Json | undefined): number =>
  typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN

export class ConditionReader {
  readonly problems: Array<Problem> = []

  private fail(
    path: SpecPath,
    code: SpecIssueCode,
    message: string,
    suggestion: string | null = null,
    at: "key" | "value" = "value"
  ): null {
    this.problems.push({ path, at, code, message, suggestion })
    return null
  }

  private decode(field: Field, node: SpecNode, at: SpecPath): { readonly value: Json } | ReadonlyArray<Problem> {
    const result = SchemaParser.decodeUnknownResult(field.schema, parseOptions)(toPlain(node, field.path))
    return Result.isFailure(result) ? flatten(result.failure, at, node) : { value: result.success as Json }
  }

  private equals(field: Field, node: SpecNode, at: SpecPath): Term["holds"] | null {
    const whole = this.decode(field, node, at)
    if ("value" in whole && (field.isList || node.kind !== "list")) {
      const wanted = canonicalJson(whole.value)
      return (value) => canonicalJson(value) === wanted
    }
    if (node.kind === "list" && (!field.isList || node.items.every((item) => item.kind === "list"))) {
      if (node.items.length === 0) return this.fail(at, "bad-condition", "an empty list of values matches nothing")
      const each = node.items.map((item, i) => this.equals({ ...field, isList: true }, item, [...at, i]))
      if (each.some((test) => test === null)) return null
      return (value) => each.some((test) => test!(value))
    }
    this.problems.push(...(whole as ReadonlyArray<Problem>))
    return null
  }

  private test(field: Field, node: SpecNode, at: SpecPath): Term["holds"] | null {
    if (
      node.kind !== "map" ||
      node.entries.size === 0 ||
      ![...node.entries.keys()].every((key) => operators.includes(key))
    ) {
      const keys = node.kind === "map" && !field.isFree ? [...node.entries.keys()] : []
      if (
        keys.some((key) => operators.includes(key)) ||
        (keys.length === 1 && keys[0]!.length <= 4 && nearest(keys[0]!, operators) !== null)
      ) {
        return this.fail(
          at,
          "bad-condition",
          "expected a value, a list of values, or a map of `gt`, `gte`, `lt`, `lte` and `not`"
        )
      }
      return this.equals(field, node, at)
    }
    const tests: Array<Term["holds"] | null> = []
    for (const [key, entry] of node.entries) {
      if (key === "not") {
        const inner = this.test(field, entry.value, [...at, key])
        tests.push(inner === null ? null : (value) => !inner(value))
        continue
      }
      const bound =
        entry.value.kind === "scalar" && typeof entry.value.value === "number" ? entry.value.value : Number.NaN
      if (Number.isNaN(bound))
        tests.push(this.fail([...at, key], "bad-condition", `expected a number after \`${key}\``))
      else if (!field.isNumeric)
        tests.push(
          this.fail(
            [...at, key],
            "bad-condition",
            `\`${field.path.join(".")}\` is not a number and cannot be compared by \`${key}\``
          )
        )
      else tests.push((value) => comparisons[key]!(numeric(value), bound))
    }
    if (tests.some((test) => test === null)) return null
    return (value) => tests.every((test) => test!(value))
  }

  /** @param at path of the map in the spec */
  read(node: SpecNode | undefined, at: SpecPath): Conditions {
    if (node === undefined || node.kind !== "map") return []
    const terms: Array<Term> = []
    for (const [path, entry] of node.entries) {
      const here = [...at, path]
      const field = fieldAt(path)
      if (field === null)
        this.fail(here, "unknown-axis", `\`${path.slice(0, 100)}\` is no field of a spec`, suggestPath(path), "key")
      else if (!isCellPath(path))
        this.fail(here, "axis-not-allowed", `\`${path}\` is equal for all cells and selects none`, null, "key")
      else {
        const holds = this.test(field, entry.value, here)
        if (holds !== null) terms.push({ path, at: here, holds })
      }
    }
    return terms
  }
}
