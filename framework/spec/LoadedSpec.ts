/** A spec that has been read: its values, and where each of them was written. */
import type { TypedBlock } from "./axes.ts"
import type { Conditions } from "./conditions.ts"
import type { CellSettings, ExperimentSpec } from "./ExperimentSpec.ts"
import { issueAtPlace, positionOf } from "./SourceFile.ts"
import { SpecError, type SpecIssue, type SpecIssueCode } from "./SpecError.ts"
import { placeAt, type SpecNode } from "./SpecNode.ts"
import { parsePath, showPath, type SpecPath } from "./SpecPath.ts"

export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** anything shorter is in half of all texts, and keeps no secret */
const minSecretLength = 3

export class LoadedSpec {
  /** the file as it was named */
  readonly file: string
  readonly spec: ExperimentSpec
  /** the sections of the spec itself: the cell that a grid starts from */
  readonly base: CellSettings
  /** the composed tree, for `toYaml` */
  readonly root: SpecNode
  readonly blocks: ReadonlyArray<TypedBlock>
  readonly baseline: { readonly matched: Conditions | null; readonly reference: Conditions | null }
  /** what each claim is about, by its name */
  readonly claimed: ReadonlyMap<string, Conditions>
  private readonly secrets: ReadonlySet<string>

  constructor(
    fields: Omit<LoadedSpec, "locate" | "issueAt" | "folderOf" | "redact" | "error" | "secrets">,
    secrets: ReadonlySet<string>
  ) {
    this.file = fields.file
    this.spec = fields.spec
    this.base = fields.base
    this.root = fields.root
    this.blocks = fields.blocks
    this.baseline = fields.baseline
    this.claimed = fields.claimed
    this.secrets = secrets
  }

  /** Where a field is written; where it is not, the nearest parent that is. `path` is dotted, or a list of keys. */
  locate(path: string | SpecPath): Location {
    const place = placeAt(this.root, typeof path === "string" ? parsePath(path) : path)
    return { file: place.source.name, ...positionOf(place.source, place.start) }
  }

  /** A problem found later, at a field of the spec. Combine several with `error`. */
  issueAt(path: string | SpecPath, code: SpecIssueCode, message: string, suggestion: string | null = null): SpecIssue {
    const keys = typeof path === "string" ? parsePath(path) : path
    return issueAtPlace(placeAt(this.root, keys), showPath(keys), code, this.redact(message), suggestion)
  }

  /** Absolute folder of the file in which the field is written. */
  folderOf(path: string | SpecPath): string {
    return placeAt(this.root, typeof path === "string" ? parsePath(path) : path).source.folder
  }

  error(issues: readonly [SpecIssue, ...Array<SpecIssue>]): SpecError {
    return new SpecError({ file: this.file, issues })
  }

  /** The text with the values of `${env:NAME}` taken out. */
  redact(text: string): string {
    let redacted = text
    for (const secret of this.secrets)
      if (secret.length >= minSecretLength) redacted = redacted.replaceAll(secret, "[redacted]")
    return redacted
  }
}
