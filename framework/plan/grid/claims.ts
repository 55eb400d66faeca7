/** Claims to the cells they are about. */
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import { type Claim, retentionPattern } from "../../spec/schema/Claim.ts"
import type { SpecIssue } from "../../spec/SpecError.ts"
import type { SpecPath } from "../../spec/SpecPath.ts"
import { cachedHolds } from "./baselines.ts"
import type { Cell, ResolvedClaim } from "./Cell.ts"

/** The evaluations that a claim names, or the only one there is. */
const chosenEvaluations = (
  loaded: LoadedSpec,
  at: ReadonlyArray<string>,
  asked: Claim["evaluation"],
  names: ReadonlyArray<string>
): { readonly evaluations: ReadonlyArray<string> } | { readonly issue: SpecIssue } => {
  const issue = (path: SpecPath, message: string, suggestion: string) =>
    ({ issue: loaded.issueAt(path, "unknown-evaluation", message, suggestion) })
  if (names.length === 0) return issue(at, "a claim needs an evaluation, and the spec has none", "Add one to `evaluate`.")
  if (asked === null) {
    return names.length === 1
      ? { evaluations: names }
      : issue(at, "the spec has several evaluations: the claim must name one", `Add \`evaluation: ${names[0]}\`.`)
  }
  const list = typeof asked === "string" ? [asked] : asked
  const known = `The evaluations: ${names.join(", ")}.`
  if (list.length === 0) return issue([...at, "evaluation"], "an empty list names no evaluation", known)
  const place = list.findIndex((name, index) => !names.includes(name) || list.indexOf(name) < index)
  if (place === -1) return { evaluations: list }
  const path = typeof asked === "string" ? [...at, "evaluation"] : [...at, "evaluation", place]
  const name = list[place]!
  return names.includes(name)
    ? issue(path, `\`${name}\` stands twice: its items would be pooled with themselves`, "Name each once.")
    : issue(path, `no evaluation is named \`${name.slice(0, 80)}\``, known)
}

const looksProblem = (loaded: LoadedSpec, at: ReadonlyArray<string>, looks: Claim["looks"]): SpecIssue | null => {
  if (looks === null) return null
  const rises = looks.every((share, place) => share > (looks[place - 1] ?? 0))
  return rises && looks.at(-1) === 1
    ? null
    : loaded.issueAt(
        [...at, "looks"],
        "out-of-range",
        `expected shares that rise to 1, found ${JSON.stringify(looks).slice(0, 80)}`,
        "For example `[0.5, 1]`: judged at half of the seeds, and at all."
      )
}

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
    const chosen = chosenEvaluations(loaded, at, claim.evaluation, names)
    if ("issue" in chosen) issues.push(chosen.issue)
    const looks = looksProblem(loaded, at, claim.looks)
    if (looks !== null) issues.push(looks)
    const holds = cachedHolds(loaded.claimed.get(name) ?? [])
    const selected = cells.filter((cell) => cell.role === claim.role && holds(cell.settings))
    // a cell that is its own baseline has retention 1 by definition: no hypothesis
    const about = selected.filter((cell) => cell.baselines[claim.against] !== cell.index)
    if (about.length === 0 && issues.length === before) {
      issues.push(
        loaded.issueAt(
          [...at, "at"],
          "claim-cells",
          selected.length === 0
            ? `no ${claim.role} of the grid meets these conditions`
            : "every cell selected here is its own baseline",
          selected.length === 0
            ? `Rows of the other role are selected by \`role: ${claim.role === "cell" ? "control" : "cell"}\`. \`leadspan plan\` lists them.`
            : "Select cells that differ from their baseline."
        )
      )
    }
    if (issues.length > before || "issue" in chosen) return []
    const { evaluations } = chosen
    return [
      {
        name,
        against: claim.against,
        rule: claim.score ?? spec.score,
        evaluation: evaluations.join("+"),
        ...(evaluations.length > 1 ? { evaluations } : {}),
        assume: claim.assume,
        threshold: Number(retentionPattern.exec(claim.retention)![1]),
        cells: about.map((cell) => cell.index),
        ...(claim.tier === null ? {} : { tier: claim.tier }),
        ...(claim.looks === null ? {} : { looks: { shares: claim.looks, spending: claim.spending } })
      }
    ]
  })
  return { claims, issues }
}
