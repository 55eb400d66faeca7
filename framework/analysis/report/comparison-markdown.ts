/** The comparison of two experiments as Markdown. */
import { against, differenceText, meaning, pairName, retentionOf, scoreOf, summary, testNames } from "../comparison/comparison-words.ts"
import type { Comparison } from "../comparison/Comparison.ts"
import { pText } from "../format.ts"
import { escape, fenced, grid } from "./markdown-text.ts"

export const comparisonMarkdown = (comparison: Comparison): string => {
  const { a, b, fields, remarks, rows, rule, unpaired } = comparison
  const list = (lines: ReadonlyArray<string>) => lines.map((line) => `- ${escape(line)}`).join("\n")
  const blocks = [
    `# ${escape(a.plan.experiment)} and ${escape(b.plan.experiment)}`,
    list([a, b].map(({ plan }, place) => `${place === 0 ? "A" : "B"}: ${plan.experiment}: ${plan.description}`)),
    `**${escape(summary(comparison))}** ${escape(meaning(comparison))}`,
    list(remarks),
    "## Differences",
    `Scores by the ${rule} rule; retention against the ${against(comparison)} baseline of each experiment itself; both on all items of their own.`,
    grid(
      ["cell", "evaluation", "score A", "score B", "B less A, 95 %", "p", "test", "adjusted p", "items, seeds", "retention A", "retention B"],
      rows.map((row) => {
        const { difference } = row
        const measured = difference.kind === "measured" ? difference : null
        return [pairName(row), row.a.evaluation, scoreOf(comparison, row.a), scoreOf(comparison, row.b), differenceText(difference),
          ...(measured === null ? ["", "", "", ""] : [pText(measured.test.p), testNames[measured.test.method], pText(measured.adjustedP), `${measured.items}, ${measured.seeds.length}`]),
          retentionOf(comparison, row.a), retentionOf(comparison, row.b)]
      })
    ),
    "## What differs between the specs",
    fields.length === 0 ? "Nothing: they say the same." : grid(["field", "A", "B"], fields.map((one) => [one.field, one.a ?? "-", one.b ?? "-"])),
    "## Without a partner",
    unpaired.length === 0 ? "Every cell has one." : list(unpaired.map(({ cell, reason, side }) => `${side}: ${cell.name}: ${reason}`)),
    "## How to reproduce",
    fenced([...new Set([...a.outcomes.commands, ...b.outcomes.commands, `npx leadspan report ${a.plan.experiment} ${b.plan.experiment}`])].join("\n"))
  ]
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`
}
