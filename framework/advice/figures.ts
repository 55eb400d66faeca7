/** The adviser's figures: drawn for its page, and kept with a run. */
import { ratioFigure, type RatioPoint } from "../analysis/report/figures/ratio-figure.ts"
import { type FigureSpec, renderFigure } from "../analysis/report/figures/render.ts"
import type { Series } from "../analysis/report/figures/series.ts"
import type { Html } from "../analysis/report/html.ts"
import type { Advice, Place } from "./Advice.ts"
import { heatFigure } from "./figures/heat-figure.ts"
import { histogramFigure } from "./figures/histogram-figure.ts"
import { partColours, partNames, partsFigure } from "./figures/parts-figure.ts"
import { markerRates } from "./marker-rates.ts"
import { count, matcherNames, percent } from "./words.ts"

/** What a colour stands for; shape null: an area. */
export interface KeyEntry {
  readonly name: string
  readonly colour: string
  readonly shape: Series["shape"] | null
}

export interface Figure {
  /** unique; the name of its file */
  readonly id: string
  readonly title: string
  readonly key: ReadonlyArray<KeyEntry>
  readonly svg: Html
}

const drawn = async (id: string, title: string, description: string, spec: FigureSpec, key: ReadonlyArray<KeyEntry> = []): Promise<Figure> =>
  ({ id, title, key, svg: await renderFigure(id, title, description, spec) })

/** More data sets than this in a figure of one row each cannot be read. */
const mostSets = 24

/** A file's name without its endings, which tell nothing apart. */
const short = (name: string): string => name.replace(/\.(?:jsonl|ndjson|json|csv|tsv|parquet)(?:\.gz)?$/u, "")

export const partsOf = (advice: Advice): Promise<Figure> => {
  const groups = [...advice.groups.filter(({ by }) => by === "set").slice(0, mostSets)]
  const shown = groups.length === 0 ? [advice.groups[0]!] : groups
  const bars = shown.flatMap(({ name, by, shares }) => {
    const parts = [shares.prompt, shares.cot, shares.answer]
    return parts.map((share, place) => {
      const from = parts.slice(0, place).reduce((sum, one) => sum + one, 0)
      return { set: short(by === "all" ? advice.sets[0]!.name : name), part: partNames[place]!, from, to: from + share, share: percent(share) }
    })
  })
  return drawn("parts", "Prompt, thought and answer",
    shown.map(({ name, shares }) => `${name}: ${percent(shares.prompt)}, ${percent(shares.cot)}, ${percent(shares.answer)}`).join("; "), partsFigure(bars),
    partNames.map((name, place) => ({ name, colour: partColours[place]!, shape: null })))
}

export const lengthsOf = ({ lengths, unit }: Advice): Promise<Figure> => {
  const whole = lengths.whole!
  return drawn("lengths", "Length of the whole sequence", `Median ${count(whole.quantiles["0.5"]!)} ${unit.name}, 95 % quantile ${count(whole.quantiles["0.95"]!)}`,
    histogramFigure(whole, { xTitle: `${unit.name} a sequence`, isShare: false, half: false, median: `median ${count(whole.quantiles["0.5"]!)}` }))
}

/** Where the first derivation lies, over thought and sequence. */
export const placesOf = (advice: Advice): Promise<ReadonlyArray<Figure>> => Promise.all(
  advice.groups[0]!.places.filter(({ matcher, over, place }) => matcher === advice.recommendation?.matcher && over !== "filtered" && place !== null)
    .map(({ over, place }) => {
      const median = percent(place!.quantiles["0.5"]!)
      return drawn(`derivation-${over}`, `First derivation in the ${over}`, `Half of them come before ${median}`,
        histogramFigure(place!, { xTitle: `place in the ${over}`, isShare: true, half: true, median: `median ${median}` }))
    })
)

export interface RatioFigure extends Figure {
  readonly series: ReadonlyArray<Series>
}

/** What a prefix keeps, over the ratio. */
export const ratiosOf = async (advice: Advice): Promise<RatioFigure> => {
  const matchers = [...new Set(advice.groups[0]!.places.map(({ matcher }) => matcher))].filter((matcher) => advice.ratios[0]!.holds[matcher] !== null)
  const curves = [
    ...matchers.map((matcher: Place["matcher"]) => ({ name: `derivation, ${matcherNames[matcher]}`, of: (row: Advice["ratios"][number]) => row.holds[matcher] ?? null })),
    { name: "the thought's end", of: (row: Advice["ratios"][number]) => row.thoughtWhole },
    { name: "the whole answer", of: (row: Advice["ratios"][number]) => row.answerWhole }
  ].filter(({ of }) => advice.ratios.some((row) => of(row) !== null))
  const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"] as const
  const series = curves.map(({ name }, place): Series => ({ name, colour: `var(--series-${place})`, shape: shapes[place % shapes.length]! }))
  const points = curves.flatMap(({ name, of }) => advice.ratios.flatMap((row): ReadonlyArray<RatioPoint> => {
    const share = of(row)
    return share === null ? [] : [{ curve: name, ratioPercent: Number(row.ratio) * 100, value: share.estimate, low: share.low, high: share.high, isAlias: false }]
  }))
  const figure = await drawn("kept", "What a prefix keeps",
    points.map(({ curve, ratioPercent, value }) => `${curve} at ${Math.round(ratioPercent)} %: ${percent(value)}`).join("; "),
    ratioFigure({ points, series, yTitle: "share of samples", format: "%", domain: [0, 1.02], width: 560, height: 280 }), series)
  return { ...figure, series }
}

/** Markers by tenth: of the thought and of the sequence, all data sets together; then of the thought, by data set. */
export const markersOf = async (advice: Advice): Promise<ReadonlyArray<Figure>> => {
  const { name } = advice.unit
  const tables = [
    { id: "markers-thought", title: "By tenth of the thought", xTitle: "tenth of the thought", rates: markerRates(advice.sets.map(({ markers }) => markers.thought)) },
    { id: "markers-sequence", title: "By tenth of the sequence", xTitle: "tenth of the sequence", rates: markerRates(advice.sets.map(({ markers }) => markers.sequence)) },
    ...(advice.sets.length < 2 ? [] : advice.sets.slice(0, mostSets).flatMap((set, place) => set.used === 0 ? [] : [
      { id: `markers-set-${place}`, title: set.name, xTitle: "tenth of the thought", rates: markerRates([set.markers.thought]) }
    ]))
  ]
  const most = Math.max(...tables.flatMap(({ rates }) => rates.flatMap(({ tenths }) => tenths)))
  if (!(most > 0)) return []
  return Promise.all(tables.map(({ id, rates, title, xTitle }) => drawn(id, title,
    rates.map((rate) => `${rate.name}: ${rate.mean.toFixed(1)} per 1,000 ${name}`).join("; "), heatFigure(rates, { most, xTitle }))))
}

/** Figures of an advice that are kept with a run, the same whatever the data; of nothing there is nothing to draw. */
export const figuresOf = async (advice: Advice): Promise<ReadonlyArray<Figure>> => advice.samples === 0
  ? []
  : [await partsOf(advice), await lengthsOf(advice), ...await placesOf(advice), await ratiosOf(advice), ...(await markersOf(advice)).filter(({ id }) => !id.includes("-set-"))]
