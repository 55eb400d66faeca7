/** Claims to the cells they are about. */
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import { retentionPattern } from "../../spec/schema/Claim.ts"
import type { SpecIssue } from "../../spec/SpecError.ts"
import { cachedHolds } from "./baselines.ts"
import type { Cell, ResolvedClaim } from "./Cell.ts"

export const resolveClaims = (
  loaded: LoadedSpec,
  cells: ReadonlyArray<Cell>
): { readonly claims: ReadonlyArray<ResolvedClaim>; readonly issues: ReadonlyArray<SpecIssue> } => {
  const { spec } = loaded
  const issues: Array<SpecIssue> = []
  const names = spec.evaluate.map((evaluation) => evaluation.name)
  const claims = Object.entries(spec.claims).flatMap(([name, claim]): ReadonlyArray<ResolvedClaim> => {
    const at = ["claims", name]
    const before = issues.length
    if (spec.baseline[claim.against] === null) {
      issues.push(
        loaded.issueAt(
          [...at, "against"],
          "claim-cells",
          `the claim is against \`${claim.against}\`, which \`baseline\` does not declare`,
          `Add \`baseline.${claim.against}\`.`
        )
      )
    }
    const evaluation = claim.evaluation ?? (names.length === 1 ? names[0]! : null)
    if (names.length === 0)
      issues.push(
        loaded.issueAt(
          at,
          "unknown-evaluation",
          "a claim needs an evaluation, and the spec has none",
          "Add one to `evaluate`."
        )
      )
    else if (evaluation === null)
      issues.push(
        loaded.issueAt(
          at,
          "unknown-evaluation",
          "the spec has several evaluations: the claim must name one",
          `Add \`evaluation: ${names[0]}\`.`
        )
      )
    else if (!names.includes(evaluation))
      issues.push(
        loaded.issueAt(
          [...at, "evaluation"],
          "unknown-evaluation",
          `no evaluation is named \`${evaluation.slice(0, 80)}\``,
          `The evaluations: ${names.join(", ")}.`
        )
      )
    const holds = cachedHolds(loaded.claimed.get(name) ?? [])
    const selected = cells.filter((cell) => cell.role === "cell" && holds(cell.settings))
    // a cell that is its own baseline has retention 1 by definition: no hypothesis
    const about = selected.filter((cell) => cell.baselines[claim.against] !== cell.index)
    if (about.length === 0 && issues.length === before) {
      issues.push(
        loaded.issueAt(
          [...at, "at"],
          "claim-cells",
          selected.length === 0
            ? "no cell of the grid meets these conditions"
            : "every cell selected here is its own baseline",
          selected.length === 0
            ? "Controls are not selected. `leadspan plan` lists the cells."
            : "Select cells that differ from their baseline."
        )
      )
    }
    if (issues.length > before) return []
    return [
      {
        name,
        against: claim.against,
        rule: claim.score ?? spec.score,
        evaluation: evaluation!,
        assume: claim.assume,
        threshold: Number(retentionPattern.exec(claim.retention)![1]),
        cells: about.map((cell) => cell.index)
      }
    ]
  })
  return { claims, issues }
}
