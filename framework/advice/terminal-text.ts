/** The advice for a terminal: at most 100 columns, bars of block characters, colour only where it is asked for. */
import { markerRates } from "./marker-rates.ts"
import type { Advice, Place } from "./Advice.ts"
import { bar, columns } from "./bars.ts"
import { notHeldReasons } from "./not-held.ts"
import { caveat } from "./warnings.ts"
import { count, denominatorNames, lookedText, matcherNames, percent, reasonsText, withInterval } from "./words.ts"

const width = 100

interface Styles {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

const plain: Styles = { bold: (text) => text, dim: (text) => text }
const coloured: Styles = { bold: (text) => `\u001b[1m${text}\u001b[0m`, dim: (text) => `\u001b[2m${text}\u001b[0m` }

/** Control characters would speak to the terminal. */
const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/gu, "\ufffd")
const clip = (text: string, most: number): string => text.length <= most ? text : `${text.slice(0, most - 1)}…`

/** Lines of at most `most` columns, broken at blanks. */
const wrap = (text: string, most: number, indent: string): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const part of text.replaceAll(/(?<=\d) (?=%)/gu, "\u00a0").split(" ")) {
    const word = part.replaceAll("\u00a0", " ")
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? word : indent + word)
  }
  return lines
}

type Align = "left" | "right"

/** A table whose columns are as wide as what they hold. */
const table = (rows: ReadonlyArray<ReadonlyArray<string>>, aligns: ReadonlyArray<Align>, { dim }: Styles): ReadonlyArray<string> => {
  const widths = aligns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  return rows.map((row, line) => {
    const text = `  ${row.map((cell, column) => aligns[column] === "left" ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join("  ")}`.trimEnd()
    return line === 0 ? dim(text) : text
  })
}

const quantileTexts = (place: Place["place"], keys: ReadonlyArray<string>): ReadonlyArray<string> =>
  keys.map((key) => place === null ? "-" : percent(place.quantiles[key]!))

const setLines = (advice: Advice): ReadonlyArray<string> => advice.sets.flatMap((set) => {
  const dropped = notHeldReasons(set.leftOut).reduce((sum, [, number]) => sum + number, 0)
  const open = set.open === 0 ? "" : `; ${count(set.open)} of these never end their thought`
  return [
    ...(set.format === null ? [] : wrap(`format   ${set.format.name} (sure to ${percent(set.format.score)}): ${clean(set.format.because)}`, width, "         ")),
    ...wrap(`used     ${count(set.used)} of ${count(set.used + dropped)}${dropped === 0 ? "" : `; left out: ${clean(reasonsText(set))}`}${open}`, width, "         ")
  ]
})

const partsLines = ({ groups, lengths, unit }: Advice, styles: Styles): ReadonlyArray<string> => {
  const { shares } = groups[0]!
  const row = (name: string, share: number | null, of: keyof typeof lengths) => {
    const held = lengths[of]!
    return [name, share === null ? "" : bar(share, 16), share === null ? "" : percent(share), count(held.mean),
      ...["0.05", "0.25", "0.5", "0.75", "0.95"].map((key) => count(held.quantiles[key]!)), columns(held.histogram.counts)]
  }
  return table([
    [`${unit.name}`, "", "share", "mean", "5 %", "25 %", "median", "75 %", "95 %", "how long"],
    row("prompt", shares.prompt, "prompt"), row("thought", shares.cot, "cot"), row("answer", shares.answer, "answer"), row("whole", null, "whole")
  ], ["left", "left", "right", "right", "right", "right", "right", "right", "right", "left"], styles)
}

const placeLines = (advice: Advice, styles: Styles): ReadonlyArray<string> => {
  const names = denominatorNames(advice)
  const { places } = advice.groups[0]!
  return table([
    ["matcher", "place in the", "found", "5 %", "median", "95 %", "0 to 100 %", "in first half"],
    ...places.map((place, at) => [
      places[at - 1]?.matcher === place.matcher ? "" : matcherNames[place.matcher], clip(names[place.over], 32),
      place.found === null ? "-" : percent(place.found.estimate), ...quantileTexts(place.place, ["0.05", "0.5", "0.95"]),
      place.place === null ? "" : columns(place.place.histogram.counts), withInterval(place.firstHalf)
    ])
  ], ["left", "left", "right", "right", "right", "right", "left", "right"], styles)
}

const groupLines = (advice: Advice, styles: Styles): ReadonlyArray<string> => {
  const by = advice.recommendation?.matcher
  const groups = advice.groups.slice(1)
  if (by === undefined || groups.length === 0) return []
  const titles = { set: "data set", tier: "tier", length: "length", correct: "answer", all: "" } as const
  return ["", ...table([
    ["by", "", "samples", "thought", "in first half", "sequence", "in first half"],
    ...groups.map((group, at) => {
      const [thought, sequence] = (["thought", "sequence"] as const).map((over) => group.places.find((place) => place.matcher === by && place.over === over))
      const median = (place: Place | undefined) => place?.place === null || place === undefined ? "-" : percent(place.place.quantiles["0.5"]!)
      return [groups[at - 1]?.by === group.by ? "" : titles[group.by], clip(clean(group.name), 22), count(group.samples),
        median(thought), withInterval(thought?.firstHalf ?? null), median(sequence), withInterval(sequence?.firstHalf ?? null)]
    })
  ], ["left", "left", "right", "right", "right", "right", "right"], styles)]
}

const ratioLines = (advice: Advice, styles: Styles): ReadonlyArray<string> => {
  const by = advice.recommendation?.matcher ?? null
  const chosen = advice.recommendation?.ratio
  return table([
    ["ratio", "derivation kept", "", "thought", "its end", "answer begins", "all of it", advice.unit.name],
    ...advice.ratios.map((row) => {
      const held = by === null ? null : row.holds[by] ?? null
      const share = (value: { estimate: number } | null) => value === null ? "-" : percent(value.estimate)
      return [`${row.ratio === chosen ? "> " : "  "}${row.ratio}`, held === null ? "" : bar(held.estimate, 16), withInterval(held), percent(row.thought),
        share(row.thoughtWhole), share(row.answerBegins), share(row.answerWhole), percent(row.kept)]
    })
  ], ["left", "left", "right", "right", "right", "right", "right", "right"], styles)
}

const markerLines = (advice: Advice, styles: Styles): ReadonlyArray<string> => {
  const rates = markerRates(advice.sets.map(({ markers }) => markers.thought))
  const most = Math.max(0, ...rates.flatMap(({ tenths }) => tenths))
  if (most === 0) return []
  return table([
    ["class", "1st to 10th tenth", "mean", "first", "last"],
    ...rates.map(({ mean, name, tenths }) => [name, [...columns(tenths, most)].join(" "), mean.toFixed(1), tenths[0]!.toFixed(1), tenths.at(-1)!.toFixed(1)])
  ], ["left", "left", "right", "right", "right"], styles)
}

/** The whole of it, for one data set or several together. */
export const adviceText = (advice: Advice, options: { readonly colour: boolean }): string => {
  const styles = options.colour ? coloured : plain
  const { bold } = styles
  const lines = [bold(clean(advice.sets.map(({ name }) => name).join(", "))), ...setLines(advice)]
  if (advice.samples === 0) return [...lines, ...advice.warnings.map(({ text }) => `! ${text}`)].join("\n")
  lines.push(...wrap(`unit     ${advice.unit.describe}; ${advice.sequence === "template" ? "the whole templated sequence" : "prompt, thought and answer as texts, without a template"}`, width, "         "))
  lines.push("", bold("Parts"), ...partsLines(advice, styles))
  lines.push("", bold("Where the answer is first derived"), ...wrap(`  Looked for: ${lookedText(advice)}.`, width, "  "), ...placeLines(advice, styles))
  lines.push(...groupLines(advice, styles))
  lines.push("", bold("What a prefix keeps"), ...ratioLines(advice, styles))
  const markers = markerLines(advice, styles)
  if (markers.length > 0) lines.push("", bold(`Markers per 1,000 ${advice.unit.name}, by tenth of the thought`), ...markers)
  lines.push("")
  if (advice.recommendation !== null) {
    lines.push(...wrap(`${bold(`Begin with ratio ${advice.recommendation.ratio}.`)} ${advice.recommendation.reason}.`, width, "  "), ...wrap(`  ${caveat}`, width, "  "))
  }
  for (const { text } of advice.warnings) lines.push(...wrap(`! ${text}`, width, "  "))
  return lines.join("\n")
}

/** Several files: a row each. */
export const filesText = (advices: ReadonlyArray<Advice>, options: { readonly colour: boolean }): string => {
  const styles = options.colour ? coloured : plain
  const over = (advice: Advice, name: "thought" | "sequence") => {
    const by = advice.recommendation?.matcher
    return advice.groups[0]?.places.find((place) => place.matcher === by && place.over === name)
  }
  const median = (place: Place | undefined) => place === undefined || place.place === null ? "-" : percent(place.place.quantiles["0.5"]!)
  const lines = table([
    ["file", "used", "P", "CoT", "A", "found", "thought", "in first half", "sequence", "in first half", "ratio"],
    ...advices.map((advice) => {
      const set = advice.sets[0]!
      const { cot, prompt, answer } = advice.groups[0]!.shares
      const part = (share: number) => set.used === 0 ? "-" : percent(share)
      const [thought, sequence] = [over(advice, "thought"), over(advice, "sequence")]
      return [clip(clean(set.name), 32), count(set.used), part(prompt), part(cot), part(answer),
        thought?.found === null || thought === undefined ? "-" : percent(thought.found.estimate),
        median(thought), withInterval(thought?.firstHalf ?? null), median(sequence), withInterval(sequence?.firstHalf ?? null), advice.recommendation?.ratio ?? "-"]
    })
  ], ["left", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right"], styles)
  const by = [...new Set(advices.flatMap(({ recommendation }) => recommendation === null ? [] : [recommendation.matcher]))]
  const notes = advices.flatMap((advice) => {
    const [set] = advice.sets
    return notHeldReasons(set!.leftOut).length === 0 ? [] : wrap(`${clean(set!.name)}: left out ${clean(reasonsText(set!))}`, width, "  ")
  })
  return [...lines, "", ...wrap(`thought, sequence: median place of the first derivation in it, ${by.length === 0 ? "" : `by the ${by.join(", ")} matcher, `}and the share in its first half (95 % interval). Lengths in ${advices[0]!.unit.describe}.`, width, ""), ...notes].join("\n")
}
