/** Verdicts as tags, so that MLflow's list shows and finds them; the table is an artifact that its UI draws. */
import type { TrackedArtifact, TrackedClaim } from "./TrackedState.ts"

/** Tag of a claim. */
export const claimTag = (claim: string): string => `claim.${claim}`

/** On the experiment's run: a claim at several cells says each. */
export const claimTags = (claims: ReadonlyArray<TrackedClaim>): Record<string, string> => {
  const tags: Record<string, string> = {}
  for (const name of new Set(claims.map(({ claim }) => claim))) {
    const about = claims.filter(({ claim }) => claim === name)
    tags[claimTag(name)] = about.length === 1 ? about[0]!.text : about.map(({ cellName, text }) => `${cellName}: ${text}`).join("\n")
  }
  return tags
}

/** On the runs of a cell, and of its aliases: what is claimed of it. */
export const claimTagsOf = (claims: ReadonlyArray<TrackedClaim>, cells: ReadonlyArray<number>): Record<string, string> =>
  claimTags(claims.filter(({ cell }) => cells.includes(cell)))

/**
 * The tag by which MLflow's UI knows that an artifact is a table.
 * @source `mlflow.log_table`: tag `mlflow.loggedArtifacts`, a JSON list of `{path, type}`
 */
export const tableTag = (table: TrackedArtifact | null): Record<string, string> =>
  table === null ? {} : { "mlflow.loggedArtifacts": JSON.stringify([{ path: table.path, type: "table" }]) }
