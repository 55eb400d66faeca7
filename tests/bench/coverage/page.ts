/**
 * How often do the intervals hold the truth, and how often are verdicts and tests wrong where nothing is there? Prints docs/coverage.md:
 *
 *     npx esbuild tests/bench/coverage/page.ts --bundle --platform=node --format=esm --outfile=node_modules/.cache/coverage.mjs
 *     node node_modules/.cache/coverage.mjs > docs/coverage.md
 *
 * A number of draws other than 2,000 may follow. The streams are seeded, so the page comes out the same. Progress goes to standard error.
 */
import { familyError, falseDiscoveries, looksError } from "./families.ts"
import { clusteredCoverage, type Coverage, gainCoverage, pairedFalsePositives, scoreCoverage, tierCoverage } from "./others.ts"
import { inPercent, range, retentionCell, table, verdictCell, widthText } from "./page-parts.ts"
import { retentionCorner, type RetentionCorner } from "./retention.ts"

const draws = Number(process.argv[2] ?? 2000)
const itemSd = 1.5
const itemCounts = [30, 100, 200, 500, 1000]
const scores = [0.05, 0.2, 0.5, 0.85, 0.9, 0.95]
const seedSds = [0, 0.1, 0.3]
const told = (what: string) => process.stderr.write(`${what}\n`)

interface Corner extends RetentionCorner {
  readonly items: number
  readonly seeds: number
  readonly p: number
  readonly seedSd: number
}

const corners: Array<Corner> = []
for (const seeds of [2, 3, 5]) {
  for (const items of itemCounts) {
    told(`${seeds} seeds, ${items} items`)
    for (const p of scores) {
      for (const seedSd of seedSds) {
        corners.push({ items, seeds, p, seedSd, ...retentionCorner({ items, seeds, seedSd, itemSd, baseline: p, cell: 0.9 * p }, draws) })
      }
    }
  }
}

/** Rows of items and p, columns of seed SD. */
const bySeedSd = (seeds: number, text: (corner: Corner) => string): string =>
  table(["items", "p", ...seedSds.map((sd) => `seed SD ${sd}`)], itemCounts.flatMap((items) => scores.map((p) => [
    String(items), String(p), ...corners.filter((one) => one.seeds === seeds && one.items === items && one.p === p).map(text)
  ])))

const promised = (seeds: (count: number) => boolean, seedSd: (sd: number) => boolean) =>
  corners.filter((one) => seeds(one.seeds) && seedSd(one.seedSd) && one.items >= 200 && one.p >= 0.2 && one.p <= 0.9)
const population = (count: number) => count >= 3
const any = () => true
const promises: ReadonlyArray<readonly [string, ReadonlyArray<Corner>, number, number]> = [
  ["3 and 5 seeds, new students, every seed SD", promised(population, any), 0.93, 1],
  ["3 and 5 seeds, new students, seed SD 0.3", promised(population, (sd) => sd === 0.3), 0.93, 0.975],
  ["3 and 5 seeds, new students, seed SD 0", promised(population, (sd) => sd === 0), 0.93, 0.995],
  ["2 seeds, these students, every seed SD", promised((count) => count === 2, any), 0.93, 0.97]
]
const promiseRows = promises.map(([what, some, least, most]) => {
  const covered = some.map((one) => one.covered)
  return [
    what, most === 1 ? `at least ${inPercent(least)}` : `${inPercent(least)}-${inPercent(most)}`, range(covered),
    Math.min(...covered) >= least && Math.max(...covered) <= most ? "yes" : "**no**"
  ]
})
/** Corners outside of what is promised. */
const low = corners.filter((one) => one.covered < 0.93)
const wide = corners.filter((one) => one.covered > 0.995)
const named = ({ items, p, seedSd, seeds }: Corner) => `${items} items, ${seeds} seeds, p ${p}, seed SD ${seedSd}`
const undefinedOnes = corners.filter((one) => one.undefined > 0)

told("other worlds")
const other = (what: string, change: object, p = 0.8, retention = 0.9): ReadonlyArray<string> => {
  const found = [2, 3, 5].map((seeds) => retentionCorner({ items: 200, seeds, seedSd: 0.1, itemSd, baseline: p, cell: retention * p, ...change }, draws))
  const verdicts = found.slice(1)
  return [
    what, ...found.map(retentionCell), range(verdicts.map((one) => one.supported)), range(verdicts.map((one) => one.refuted))
  ]
}
const otherRows = [
  other("as above: retention 0.9, p 0.8, seed SD 0.1", {}),
  other("retention 1", {}, 0.8, 1), other("retention 0.95, p 0.95", {}, 0.95, 0.95), other("retention 0.5", {}, 0.8, 0.5), other("retention 0.1", {}, 0.8, 0.1),
  other("items alike (item SD 0.5)", { itemSd: 0.5 }), other("items far apart (item SD 3)", { itemSd: 3 }),
  other("the recipe loses items of its own (SD 1)", { tasteSd: 1 }), other("so does each student (SD 1)", { tasteSd: 1, whimSd: 1 }),
  other("4 samples an item", { samples: 4, whimSd: 1 }), other("30 items, 16 samples", { items: 30, samples: 16, whimSd: 1, tasteSd: 1 })
]

told("clusters")
const coverageCell = ({ covered, width }: Coverage) => `${inPercent(covered)} · ${widthText(width)}`
const clusterRows = [
  ["problems of 2 items", 2, 1], ["problems of 5 items", 5, 1], ["problems of 5 items, 4 samples", 5, 4], ["problems of 10 items", 10, 1]
].map(([what, size, samples]) => [String(what), ...[2, 3, 5].flatMap((seeds) => {
  const found = clusteredCoverage({
    items: 200, seeds, seedSd: 0.1, itemSd, baseline: 0.8, cell: 0.72, tasteSd: 1, whimSd: 0.5, samples: Number(samples), clusters: { size: Number(size), share: 0.8 }
  }, draws)
  return [found.told, found.plain].map(coverageCell)
})])

told("tiers")
const tierRows = [3, 5].flatMap((seeds) => seedSds.map((seedSd) => {
  const found = tierCoverage({ items: 400, seeds, seedSd, itemSd, baseline: 0.9, cell: 0.81, hardHalf: 2 }, draws)
  return [String(seeds), String(seedSd), coverageCell(found.difference), coverageCell(found.mean)]
}))

told("scores")
const scoreRows = [30, 200].flatMap((items) => [1, 2, 3, 5].map((seeds) => [
  String(items), String(seeds), ...seedSds.map((seedSd) => {
    const found = scores.map((score) => scoreCoverage({ items, seeds, seedSd, itemSd, score }, draws))
    return `${range(found.map((one) => one.covered))} · ${widthText(found.reduce((sum, one) => sum + one.width, 0) / found.length)}`
  })
]))

told("gain retention")
const gainRows = [0.1, 0.4].map((base) => [
  String(base), ...[2, 3, 5].flatMap((seeds) => [0, 0.3].map((seedSd) => {
    const found = gainCoverage({ items: 200, seeds, seedSd, itemSd, baseline: 0.8, cell: 0.72, base }, draws)
    return coverageCell(found) + (found.undefined > 0 ? ` (${inPercent(found.undefined)} none)` : "")
  }))
])

told("families")
const familyRows = ([[3, 0], [6, 0], [12, 0], [6, 3]] as const).flatMap(([claims, clear]) => [3, 5].flatMap((seeds) => [0, 0.3].map((seedSd) => {
  const found = familyError({ items: 200, seeds, seedSd, itemSd, baseline: 0.8 }, { clear, atThreshold: claims - clear }, draws)
  return [String(claims), String(clear), String(seeds), String(seedSd), ...[found.supported, found.refuted, found.either, found.unadjusted].map(inPercent)]
})))
const lookRows = seedSds.map((seedSd) => [
  String(seedSd), ...(["none", "linear", "obrien-fleming"] as const).map((rule) => inPercent(looksError({ items: 200, seedSd, itemSd, baseline: 0.8 }, rule, draws)))
])
const discoveryRows = [3, 5].flatMap((seeds) => [0, 0.3].map((seedSd) => [
  String(seeds), String(seedSd), ...[10, 5].map((none) => inPercent(falseDiscoveries({ items: 200, seeds, seedSd, itemSd, baseline: 0.8 }, { none, some: 10 - none }, draws)))
]))

told("paired tests")
const pairedRows = [30, 200].flatMap((items) => [0.2, 0.85, 0.95].map((score) => [
  String(items), String(score),
  ...[1, 3].flatMap((seeds) => seedSds.map((seedSd) => inPercent(pairedFalsePositives({ items, seeds, seedSd, itemSd, score }, draws))))
]))

const simulated = corners.filter((one) => one.seeds >= 3 && one.items >= 200)
process.stdout.write(`# How often the intervals hold the truth

Every formula that a [report](report.md) rests on, tried on experiments whose truth is known: ${draws.toLocaleString("en")} simulated grids a number, each with new
items and newly trained students. All numbers in per cent but widths. A coverage of 95 % is seen with a standard error of ${inPercent(Math.sqrt((0.95 * 0.05) / draws))}, a share of 2.5 % with one of
${inPercent(Math.sqrt((0.025 * 0.975) / draws))}; the least of many is lower than any of them is in truth.

The world: \`logit P(right) = level + difficulty of the item (SD 1.5) + luck of the student (seed SD)\`, answers are coin tosses, cell and baseline answer the same items. \`p\` is the
baseline's score, the true retention is 0.9. A verdict's threshold is the true retention, so each *supported* and each *refuted* is an error.

This page is the output of

\`\`\`sh
npx esbuild tests/bench/coverage/page.ts --bundle --platform=node --format=esm --outfile=node_modules/.cache/coverage.mjs
node node_modules/.cache/coverage.mjs ${draws === 2000 ? "" : `${draws} `}> docs/coverage.md
\`\`\`

Some minutes on one core; seeded, so it comes out the same. \`tests/unit/statistics/coverage.test.ts\` tries 200 grids of each kind in every test run, and makes two rows of this page again.

## What is promised

From 200 items up, p of 0.2 to 0.9, nominal 95 %:

${table(["interval", "promised", "found", "kept"], promiseRows)}

Of all ${corners.length} corners below, those under 93 %: ${low.length === 0 ? "none" : low.map((one) => `${named(one)}: ${inPercent(one.covered)}`).join("; ")}. Over 99.5 %: ${wide.length === 0
  ? "none" : `${wide.length}, of ${Math.max(...wide.map((one) => one.items))} items or fewer and p of ${Math.max(...wide.map((one) => one.p))} or less`}.${undefinedOnes.length === 0 ? "" : `
Retention is not defined where the baseline got nothing right: in up to ${inPercent(Math.max(...undefinedOnes.map((one) => one.undefined)))} of grids at ${Math.max(...undefinedOnes.map((one) => one.items))} items or fewer and p of ${Math.max(...undefinedOnes.map((one) => one.p))}; coverage is of the others.`}

At seed SD 0 the crossed interval is wide by construction: few seeds cannot show that seeds do not matter. With 3 seeds and few right answers it is so wide that it says nothing, which is the truth.

## Retention, 2 seeds

Coverage of the retention of *these students*, and mean width. An interval from items alone; a report calls it that.

${bySeedSd(2, retentionCell)}

## Retention, 3 seeds

Coverage of the retention of *newly trained students on new items*, and mean width.

${bySeedSd(3, retentionCell)}

## Retention, 5 seeds

${bySeedSd(5, retentionCell)}

## Verdicts at their threshold

Supported · refuted, each nominally at most 2.5. From 200 items up: supported ${range(simulated.map((one) => one.supported))}, refuted ${range(simulated.map((one) => one.refuted))}. What exceeds 2.5 by more than chance stands at 3 seeds that differ much, where Satterthwaite's degrees of freedom are an approximation.
2 seeds get no verdict.

3 seeds:

${bySeedSd(3, verdictCell)}

5 seeds:

${bySeedSd(5, verdictCell)}

## Other worlds

200 items; retention's coverage · mean width at 2, 3 and 5 seeds, then verdicts in error at 3 and 5 seeds.

${table(["world", "2 seeds", "3 seeds", "5 seeds", "supported", "refuted"], otherRows)}

## Items that share a problem

200 items. Cell and baseline differ by problem (SD 1, four fifths of it shared within a problem), p 0.8, seed SD 0.1. *Told*: the interval knows the problems. *Plain*: it takes items for independent.

${table(["200 items", "2 seeds, told", "plain", "3 seeds, told", "plain", "5 seeds, told", "plain"], clusterRows)}

## Tiers

200 easier items (p 0.9, retention 0.9) and 200 that are 2 logits harder, the same students on both; coverage · mean width, for new students.

${table(["seeds", "seed SD", "difference of retentions", "geometric mean"], tierRows)}

## Scores

Range of coverage over p of 0.05 to 0.95, and mean width. 1 seed is Wilson's interval, 2 are items alone (both for these students), 3 and 5 are crossed.

${table(["items", "seeds", ...seedSds.map((sd) => `seed SD ${sd}`)], scoreRows)}

## Gain retention

200 items; coverage · mean width of those that end; baseline 0.8, cell 0.72, the untrained student scores \`base\`.

${table(["base", ...[2, 3, 5].flatMap((seeds) => [0, 0.3].map((sd) => `${seeds} seeds, SD ${sd}`))], gainRows)}

## Several claims (Holm)

200 items, p 0.8, one baseline for all. \`clear\` claims are true by far, the others exactly at their threshold. Grids with at least one claim wrongly supported, wrongly refuted (each nominally at most 2.5), or either; the last column is what no
adjustment gives.

**3 seeds do not carry many claims where seeds differ**: at SD 0.3 a family of 6 or 12 errs in 4 to 6 % of grids in each direction. Holm asks for tails of 0.2 to 0.4 %, and in those stand the grids whose 3 students came out alike by luck: the seed variance is then
estimated near 0, and the degrees of freedom are those of the items. 5 seeds hold the level.

${table(["claims", "clear", "seeds", "seed SD", "supported", "refuted", "either", "unadjusted"], familyRows)}

## Looks

One claim at its threshold, judged after 3, 5 and 8 seeds. Decided at some look, either way (nominally at most 5):

${table(["seed SD", "2.5 % at each look", "linear spending", "O'Brien-Fleming"], lookRows)}

## Many comparisons (Benjamini-Hochberg)

10 paired differences of 200 items, p 0.8, against one baseline at a false discovery rate of 5 %; mean share of false ones among those kept.

${table(["seeds", "seed SD", "none differs", "5 of 10 differ"], discoveryRows)}

## Paired tests

Two equal recipes called different at 5 %: McNemar for 1 seed, sign flips for 3. Both speak of *these students*. At seed SD 0 no two students differ, and the test keeps its 5 %. Elsewhere students do differ, and the numbers
say how often a paired test of single runs would be taken for a difference of recipes: why a verdict asks for 3 seeds.

${table(["items", "p", ...[1, 3].flatMap((seeds) => seedSds.map((sd) => `${seeds} seed${seeds === 1 ? "" : "s"}, SD ${sd}`))], pairedRows)}
`)
