/** The adviser's look at the data, as a run has kept it: what tables and reports show of it. Read from the store, like verdicts. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"

const Share = Schema.Struct({ of: Schema.Int, estimate: Schema.Finite, low: Schema.Finite, high: Schema.Finite })
export type Share = typeof Share.Type

const Distribution = Schema.Struct({ mean: Schema.Finite, quantiles: Schema.Record(Schema.String, Schema.Finite) })
export type Distribution = typeof Distribution.Type

/** Of `advice.json` what is shown; fields that are not named here are kept in the file and passed over. */
const Advice = Schema.Struct({
  format: Schema.Literal(1),
  unit: Schema.Struct({ name: Schema.String, describe: Schema.String }),
  sets: Schema.Array(Schema.Struct({ name: Schema.String, used: Schema.Int, open: Schema.Int, leftOut: Schema.Record(Schema.String, Schema.Int) })),
  samples: Schema.Int,
  held: Schema.Int,
  lengths: Schema.Struct({
    prompt: Schema.NullOr(Distribution), cot: Schema.NullOr(Distribution), answer: Schema.NullOr(Distribution), whole: Schema.NullOr(Distribution)
  }),
  groups: Schema.Array(Schema.Struct({
    name: Schema.String,
    shares: Schema.Struct({ prompt: Schema.Finite, cot: Schema.Finite, answer: Schema.Finite }),
    places: Schema.Array(Schema.Struct({
      matcher: Schema.String, over: Schema.String, known: Schema.Int, found: Schema.NullOr(Share),
      place: Schema.NullOr(Distribution), firstHalf: Schema.NullOr(Share)
    }))
  })),
  ratios: Schema.Array(Schema.Struct({
    ratio: Schema.String, kept: Schema.Finite, thought: Schema.Finite, holds: Schema.Record(Schema.String, Schema.NullOr(Share)),
    thoughtWhole: Schema.NullOr(Share), answerBegins: Schema.NullOr(Share), answerWhole: Schema.NullOr(Share)
  })),
  recommendation: Schema.NullOr(Schema.Struct({ matcher: Schema.String, ratio: Schema.String, low: Schema.String, high: Schema.String, reason: Schema.String })),
  warnings: Schema.Array(Schema.Struct({ code: Schema.String, text: Schema.String }))
})
export type Advice = typeof Advice.Type

/** What is drawn, without the drawing. */
const FigureEntry = Schema.Struct({
  id: Schema.String.check(Schema.isPattern(/^[a-z0-9-]+$/u)),
  title: Schema.String,
  key: Schema.Array(Schema.Struct({
    name: Schema.String, colour: Schema.String.check(Schema.isPattern(/^var\(--[a-z0-9-]+\)$/u)),
    shape: Schema.NullOr(Schema.Literals(["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"]))
  }))
})
export type FigureEntry = typeof FigureEntry.Type

export interface AdviceFigure extends FigureEntry {
  /** an SVG element whose colours are the page's */
  readonly svg: string
}

export interface KeptAdvice {
  readonly advice: Advice
  /** the file as it was kept, for whoever wants all of it */
  readonly text: string
  readonly figures: ReadonlyArray<AdviceFigure>
}

const decodeAdvice = Schema.decodeUnknownSync(Schema.fromJsonString(Advice))
const decodeFigures = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(FigureEntry)))

/** A drawing and nothing else: it will stand in a page as it is. */
const isDrawing = (svg: string): boolean => /^<svg[\s>]/u.test(svg) && !/<(?:script|style|foreignObject|iframe|image|a)\b|\son\w+=/iu.test(svg)

/** @param folder output of an analyse step   @returns null where it is not there, or cannot be read */
export const readAdvice = (folder: string): KeptAdvice | null => {
  const file = join(folder, "advice.json")
  if (!existsSync(file)) return null
  try {
    const text = readFileSync(file, "utf8")
    const figures = decodeFigures(readFileSync(join(folder, "figures.json"), "utf8"))
    const drawn = figures.map((figure) => ({ ...figure, svg: readFileSync(join(folder, "figures", `${figure.id}.svg`), "utf8") }))
    return { advice: decodeAdvice(text), text, figures: drawn.filter(({ svg }) => isDrawing(svg)) }
  } catch {
    return null
  }
}
