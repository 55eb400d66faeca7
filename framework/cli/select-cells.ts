/** `--only`: some cells of a plan, by number or by what their axes say. */
import { Data, Effect } from "effect"
import { canonicalJson } from "../plan/canonical.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { Plan } from "../plan/make-plan.ts"

export class UnknownSelection extends Data.TaggedError("UnknownSelection")<{ readonly message: string }> {}

type PlannedCell = RecordedPlan["cells"][number]

/** A list is written with plus signs: supervise=cot+answer. */
const matches = (value: unknown, text: string): boolean =>
  String(value) === text || canonicalJson(value ?? null) === text || (Array.isArray(value) && value.join("+") === text)

const selects = (plan: RecordedPlan, selector: string): Effect.Effect<(cell: PlannedCell) => boolean, UnknownSelection> => {
  if (/^\d+(,\d+)*$/.test(selector)) {
    const numbers = new Set(selector.split(",").map(Number))
    return Effect.succeed(({ index }) => numbers.has(index))
  }
  const tests: Array<(cell: PlannedCell) => boolean> = []
  for (const part of selector.split(",")) {
    const [name, text] = [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]
    const axis = plan.axes.find((candidate) => candidate.name === name || candidate.path === name)
    if (!part.includes("=") || axis === undefined) {
      return Effect.fail(new UnknownSelection({
        message: `--only ${selector}: \`${part}\` names no axis of the grid; write cell numbers, or ${plan.axes.map((one) => `${one.name}=VALUE`).join(", ")}`
      }))
    }
    tests.push((cell) => matches(cell.axes[axis.path], text))
  }
  return Effect.succeed((cell) => tests.every((test) => test(cell)))
}

/** Steps that the chosen cells ask for; the baselines they are compared with come along. */
export const wantedSteps = Effect.fnUntraced(function*(plan: Plan, only: string | null) {
  if (only === null) return plan.wanted
  const isChosen = yield* selects(plan.recorded, only)
  const { cells } = plan.recorded
  const chosen = cells.filter((cell) => cell.status !== "left-out" && isChosen(cell))
  if (chosen.length === 0) return yield* new UnknownSelection({ message: `--only ${only}: no cell of the plan is like that; \`leadspan plan\` lists them` })
  const withBaselines = new Set(chosen.flatMap(({ baselines, index }) =>
    [index, baselines.matched, baselines.reference].filter((one) => one !== null)))
  const wanted = new Set<string>([
    ...(plan.recorded.adviceSteps ?? []).map(({ step }) => step),
    ...Object.values(plan.recorded.baseStudent ?? {}), ...Object.values(plan.recorded.teacher ?? {})
  ])
  for (const index of withBaselines) {
    for (const trial of cells[index]?.trials ?? []) {
      wanted.add(trial.id)
      for (const { score } of Object.values(trial.evaluations)) wanted.add(score)
    }
  }
  return wanted
})
