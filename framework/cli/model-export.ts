/** `leadspan model export EXPERIMENT OUT`: a trained student leaves the store as a plain Hugging Face folder. */
import { cpSync, existsSync } from "node:fs"
import { join } from "node:path"
import { Effect, Option } from "effect"
import { openExperiment } from "./Experiment.ts"
import { UnknownSelection } from "./select-cells.ts"
import { openSession } from "./session.ts"
import { print } from "./terminal.ts"

interface Given {
  readonly experiment: string
  readonly out: string
  readonly cell: number
  readonly seed: Option.Option<number>
}

export const exportModel = Effect.fnUntraced(function*(given: Given) {
  const session = yield* openSession()
  const { name, plan, state } = yield* openExperiment(session, given.experiment)
  const cell = plan.cells[given.cell]
  const trial = Option.match(given.seed, {
    onNone: () => cell?.trials[0],
    onSome: (seed) => cell?.trials.find((one) => one.seed === seed)
  })
  if (cell === undefined || trial === undefined) {
    return yield* new UnknownSelection({ message: `${name} has no such trial; \`leadspan plan\` lists cells and seeds` })
  }
  const checkpoint = join(session.store.path(trial.id), "checkpoint")
  if (state.steps.get(trial.id)?.status !== "done" || !existsSync(checkpoint)) {
    return yield* new UnknownSelection({ message: `${cell.name} seed=${trial.seed} has not been trained yet; run the experiment first` })
  }
  if (existsSync(given.out)) return yield* new UnknownSelection({ message: `${given.out} exists already; choose another folder` })
  cpSync(checkpoint, given.out, { recursive: true })
  print(`${cell.name} seed=${trial.seed} -> ${given.out}`)
})
