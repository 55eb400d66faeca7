/** `leadspan explain FILE --cell N --sample K`: what the student sees of one sample, and what it is taught. */
import { Effect } from "effect"
import { explain as explainSample } from "../sequence/explain.ts"
import { explanationText } from "../sequence/explain-text.ts"
import { load } from "../spec/load.ts"
import { loadTokenizer } from "../sequence/tokenizer.ts"
import { UnknownSelection } from "./select-cells.ts"
import { openSession } from "./session.ts"
import { bold, isTerminal, print } from "./terminal.ts"
import { readPrepared } from "../sequence/prepared-file.ts"
import { join } from "node:path"
import { preparedName } from "../sequence/prepare.ts"

interface Given {
  readonly file: string
  readonly set: ReadonlyArray<string>
  readonly json: boolean
  readonly cell: number
  readonly sample: number
}

export const explain = Effect.fnUntraced(function*(given: Given) {
  const session = yield* openSession()
  const plan = yield* session.planOf(yield* load(given.file, given.set))
  const cell = plan.recorded.cells[given.cell]
  if (cell === undefined) {
    return yield* new UnknownSelection({ message: `--cell ${given.cell}: the plan has cells 0 to ${plan.recorded.cells.length - 1}` })
  }
  const [trial] = cell.trials
  if (trial === undefined) {
    return yield* new UnknownSelection({ message: `--cell ${given.cell}: ${cell.name} is left out: ${cell.reason}` })
  }
  const step = plan.steps.find(({ id }) => id === trial.id)
  if (step?.work.kind !== "train") return yield* Effect.die(new Error("a trial is a train step"))
  const prepared = yield* readPrepared(join(session.store.path(step.work.prepared), preparedName))
  if (given.sample < 0 || given.sample >= prepared.ids.length) {
    return yield* new UnknownSelection({ message: `--sample ${given.sample}: the training data has samples 0 to ${prepared.ids.length - 1}` })
  }
  const tokenizer = yield* loadTokenizer(step.work.tokenizerFolder)
  const explanation = explainSample(prepared, step.work.view(), given.sample, tokenizer.textOf)
  if (given.json) {
    print(JSON.stringify({ cell: cell.name, ...explanation }, null, 2))
    return
  }
  print(`${bold(plan.recorded.experiment)}  cell ${cell.index}: ${cell.name}`)
  print(explanationText(explanation, { colour: isTerminal() && process.env["NO_COLOR"] === undefined, width: Math.min(120, process.stdout.columns ?? 100) - 36 }))
})
