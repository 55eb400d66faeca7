/** What a run keeps of the advice on its data: the numbers, and the figures as they stand in a page. */
import type { Advice } from "./Advice.ts"
import { figuresOf } from "./figures.ts"
import { summarise } from "./summarise.ts"
import { type PreparedTraces, sampleLimits, surveyPrepared } from "./survey-prepared.ts"
import { markerClasses } from "../sequence/find-markers.ts"

/** Share of the derivations that an advised ratio is to keep. */
const keep = 0.9

/** All of the adviser that bears on what it says of the same data. The number is raised with every change of the numbers or the figures. */
export const adviserIdentity = { version: 1, keep, limits: sampleLimits, markers: markerClasses }

export interface KeptFile {
  /** within the step's folder */
  readonly name: string
  readonly text: string
}

/** `advice.json`, `figures.json` (what is drawn: title and key of each) and `figures/ID.svg`, whose colours are the page's. */
export const keptFiles = async (advice: Advice): Promise<ReadonlyArray<KeptFile>> => {
  const figures = await figuresOf(advice)
  return [
    { name: "advice.json", text: `${JSON.stringify(advice, null, 2)}\n` },
    { name: "figures.json", text: `${JSON.stringify(figures.map(({ id, key, title }) => ({ id, title, key })), null, 2)}\n` },
    ...figures.map(({ id, svg }) => ({ name: `figures/${id}.svg`, text: svg.text }))
  ]
}

/** Looks at prepared data and says what there is to say. @throws what reading a row throws */
export const adviseOnPrepared = async (data: PreparedTraces, signal?: AbortSignal): Promise<Advice> =>
  summarise(await surveyPrepared(data, sampleLimits, signal), { maxTokens: null, keep, matchers: data.matcher === null ? [] : [data.matcher], sequence: "template" })
