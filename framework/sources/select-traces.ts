/** Which generations may be drawn, seen one by one in the order of the files: the rest is counted under its reason. */
import type { FormatTrace, TraceRecord } from "../plugin/define.ts"
import type { ContaminationReport } from "../sequence/Tally.ts"
import type { Data } from "../spec/schema/Data.ts"
import type { Candidate } from "./Candidate.ts"
import type { FindItem } from "./contamination.ts"
import { hash64, HashSet64 } from "../sequence/hash64.ts"
import { normaliseProblem } from "./normalise-problem.ts"
import type { Generation } from "./read-generations.ts"
import type { Reason } from "./reasons.ts"
import type { TallyCounter } from "./tally.ts"

export type SelectionSettings = Pick<Data, "thoughtNeverEnds" | "correctOnly" | "systemPrompt" | "deduplicate" | "onePerProblem">

const isBlank = (text: string): boolean => text.trim() === ""
const isWellFormed = (text: string | undefined | null): boolean => text === undefined || text === null || !/\p{Cs}/u.test(text)

/** Why a trace is not used, by what stands in it alone; null where nothing speaks against it. */
export const refusalOf = (trace: FormatTrace, settings: SelectionSettings): Reason | null => {
  if (!trace.closed && settings.thoughtNeverEnds === "drop") return "thought-never-ends"
  if (isBlank(trace.prompt)) return "empty-prompt"
  if (isBlank(trace.cot)) return "empty-thought"
  if (trace.closed && isBlank(trace.answer)) return "empty-answer"
  if (settings.correctOnly && trace.correct === null) return "correctness-unknown"
  if (settings.correctOnly && trace.correct === false) return "incorrect"
  if (![trace.prompt, trace.cot, trace.answer, trace.system, trace.gold, trace.problem, trace.id, trace.tier].every(isWellFormed)) return "lone-surrogate"
  return null
}

/** An id that no other trace has, whatever the source's own ids are: it ends in the number of the record. */
const idOf = ({ generation, record, trace }: Generation): string => {
  const number = generation === 0 ? `${record}` : `${record}.${generation + 1}`
  return trace.id === undefined || trace.id === "" ? `record-${number}` : `${trace.id.slice(0, 200)}#${number}`
}

/** What matches an evaluation, counted as it passes. */
export interface ContaminationCounter {
  readonly check: "off" | "report" | "drop"
  /** Whether the trace is to be dropped. */
  readonly look: (problem: string, place: string) => boolean
  readonly report: () => ContaminationReport | null
}

export const contaminationCounter = (check: ContaminationCounter["check"], find: FindItem, items: number): ContaminationCounter => {
  let count = 0
  const examples: Array<ContaminationReport["examples"][number]> = []
  return {
    check,
    look: (problem, place) => {
      const match = check === "off" ? null : find(problem)
      if (match === null) return false
      count++
      if (examples.length < 3) examples.push({ place, ...match })
      return check === "drop"
    },
    report: () => check === "off" ? null : { check, items, count, examples }
  }
}

export async function* selectTraces(
  generations: AsyncIterable<Generation>, settings: SelectionSettings, contamination: ContaminationCounter, counter: TallyCounter
): AsyncIterable<Candidate> {
  const seen = new HashSet64()
  for await (const generation of generations) {
    const { number, place, trace } = generation
    const refusal = refusalOf(trace, settings)
    if (refusal !== null) {
      counter.refuse(refusal, place)
      continue
    }
    const problem = normaliseProblem(trace.problem ?? trace.prompt)
    // One set serves both: with one trace a problem, the problem alone is what must not come again.
    if (settings.onePerProblem && !seen.add(hash64(problem))) {
      counter.refuse("same-problem", place)
      continue
    }
    if (!settings.onePerProblem && settings.deduplicate && !seen.add(hash64(`${problem}\0${trace.cot}\0${trace.answer}`))) {
      counter.refuse("duplicate", place)
      continue
    }
    if (contamination.look(problem, place)) {
      counter.refuse("contaminated", place)
      continue
    }
    const record: TraceRecord = {
      id: idOf(generation), problem, prompt: trace.prompt, cot: trace.cot, answer: trace.closed ? trace.answer : "", tier: trace.tier ?? "all",
      derivedAt: null, closed: trace.closed, gold: trace.gold, correct: trace.correct,
      ...(settings.systemPrompt === "keep" && trace.system !== undefined && !isBlank(trace.system) ? { system: trace.system } : {})
    }
    yield { trace: record, place, number }
  }
}
