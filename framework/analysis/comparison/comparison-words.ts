/** What a comparison says, in words and columns that page, Markdown and terminal share. */
import { csv } from "../csv.ts"
import { percent, plural } from "../format.ts"
import { shortName } from "../report/EvaluationView.ts"
import { generalises, points } from "../retention.ts"
import { retentionText } from "../table.ts"
import { testNames } from "../paired-words.ts"
import type { Against } from "../retention.ts"
import type { CellRow } from "../tidy.ts"
import type { ComparedCell, Comparison, Difference } from "./Comparison.ts"

export { testNames }

/** "+3.2 points (1.0 to 5.4)"; what stands in its place otherwise. */
export const differenceText = (difference: Difference): string => {
  switch (difference.kind) {
    case "same-trials": return "the same trials"
    case "measured": return points(difference.interval)
    case "not-defined": return `not defined: ${difference.reason}`
    case "waiting": return "waits for results"
  }
}

export const against = ({ a: { plan } }: Comparison): Against => plan.cells.some(({ baselines }) => baselines.matched !== null) ? "matched" : "reference"

export const scoreOf = ({ rule }: Comparison, row: CellRow): string => row.scores[rule] === null ? (row.failed ? "failed" : "-") : percent(row.scores[rule].estimate)

export const retentionOf = (comparison: Comparison, row: CellRow): string => retentionText(row.retention[against(comparison)]).replace(/ {2,}/gu, ", ")

/** One sentence on all rows. */
export const summary = ({ rows, sharedTrials, unpaired }: Comparison): string => {
  const measured = rows.flatMap(({ difference }) => difference.kind === "measured" ? [difference] : [])
  const [higher, lower] = [measured.filter(({ adjustedP, interval }) => adjustedP <= 0.05 && interval.estimate > 0), measured.filter(({ adjustedP, interval }) => adjustedP <= 0.05 && interval.estimate < 0)]
  return `${plural(rows.length, "pair")} of cells: B is higher in ${higher.length} and lower in ${lower.length} of ${measured.length} that can be tested (Benjamini-Hochberg, 5 %); ` +
    `${plural(sharedTrials, "trial")} ${sharedTrials === 1 ? "is" : "are"} the same in both; ${plural(unpaired.length, "cell")} without a partner.`
}

/** What intervals and tests speak of. */
export const meaning = ({ rows }: Comparison): string => {
  const seeds = Math.min(...rows.flatMap(({ difference }) => difference.kind === "measured" ? [difference.seeds.length] : []))
  if (!Number.isFinite(seeds)) return "Nothing could be paired."
  return `Difference: score of B less score of A, paired item by item and seed by seed; 95 % intervals ${generalises(seeds)}. ` +
    "The test asks of these trained students whether they differ on new items; adjusted over all rows. Exploratory: nothing of it was declared beforehand."
}

export const comparisonCsv = (comparison: Comparison): string => csv(
  ["evaluation_a", "evaluation_b", "cell_a", "cell_b", "paired_by", "shared_trials", "score_a", "score_b", "difference", "difference_low", "difference_high", "p", "test",
    "adjusted_p", "items", "seeds", "state"],
  comparison.rows.map((row) => {
    const { a, b, by, difference, sharedTrials } = row
    const measured = difference.kind === "measured" ? difference : null
    return [a.evaluation, b.evaluation, a.name, b.name, by, sharedTrials, a.scores[comparison.rule]?.estimate, b.scores[comparison.rule]?.estimate,
      measured?.interval.estimate, measured?.interval.low, measured?.interval.high, measured?.test.p, measured === null ? null : testNames[measured.test.method],
      measured?.adjustedP, measured?.items, measured?.seeds.length, difference.kind === "not-defined" ? difference.reason : difference.kind]
  })
)

/** A pair's name: A's in a few words, or both where they go by other names. */
export const pairName = ({ a, b }: ComparedCell): string => (a.name === b.name ? shortName(a) : `${a.name} | ${b.name}`)
