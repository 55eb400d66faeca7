/** `leadspan explain FILE --cell N --sample K`: what the student sees of one sample, and what it is taught. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Option } from "effect"
import { explain as explainSample } from "../sequence/explain.ts"
import { explanationHtml } from "../sequence/explain-html.ts"
import { explanationText } from "../sequence/explain-text.ts"
import { load } from "../spec/load.ts"
import { loadTokenizer } from "../sequence/tokenizer.ts"
import { UnknownSelection } from "./select-cells.ts"
import { openSession } from "./session.ts"
import { bold, isTerminal, print } from "./terminal.ts"
import { readPrepared } from "../sequence/prepared-file.ts"
import { preparedName } from "../sequence/prepare.ts"
import { attempt } from "../sequence/SequenceError.ts"
import { openMeasures } from "../sequence/token-measures.ts"
import { type CellView, readView, writeView } from "../sequence/view-file.ts"

interface Given {
  readonly file: string
  readonly set: ReadonlyArray<string>
  readonly json: boolean
  readonly cell: number
  readonly sample: number
  readonly phase: Option.Option<number>
  readonly html: Option.Option<string>
}

/** One row of a view by way of a file, as an engine reads it. */
const throughFile = (view: CellView, row: number) => Effect.acquireUseRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "leadspan-explain-"))),
  (folder) => Effect.gen(function*() {
    const path = join(folder, "view.arrow")
    yield* writeView(path, { count: 1, lengths_N: view.lengths_N.subarray(row, row + 1), row: () => view.row(row) })
    return yield* Effect.acquireUseRelease(readView(path), (stored) => attempt(path, (): CellView => {
      const read = stored.row(0)
      return { count: 1, lengths_N: stored.lengths_N, row: () => read }
    }), ({ close }) => Effect.sync(close))
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Open until the command ends, however it ends. */
const untilTheEnd = <A extends { readonly close: () => void }, E>(open: Effect.Effect<A, E>) => Effect.acquireRelease(open, ({ close }) => Effect.sync(close))

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
  const prepared = yield* untilTheEnd(readPrepared(join(session.store.path(step.work.prepared), preparedName)))
  if (given.sample < 0 || given.sample >= prepared.count) {
    return yield* new UnknownSelection({ message: `--sample ${given.sample}: the training data has samples 0 to ${prepared.count - 1}` })
  }
  const { measures } = step.work
  if (measures !== null && session.store.digest(measures) === null) {
    return yield* new UnknownSelection({
      message: `--cell ${given.cell}: its selector reads what teacher and untrained student make of each token, which is not measured yet; run the cell first`
    })
  }
  const measured = measures === null ? null : yield* untilTheEnd(openMeasures(session.store.path(measures)))
  const view = step.work.view(measured?.of)
  const phases = view.count / prepared.count
  const phase = Option.getOrElse(given.phase, () => phases - 1)
  if (phase < 0 || phase >= phases) {
    return yield* new UnknownSelection({
      message: phases === 1 ? `--phase ${phase}: the cell's prefix does not grow` : `--phase ${phase}: the cell has phases 0 to ${phases - 1}`
    })
  }
  const tokenizer = yield* loadTokenizer(step.work.tokenizerFolder)
  const row = phase * prepared.count + given.sample
  const { sequence } = plan.grid.cells[given.cell]!.settings
  const explanation = { ...explainSample(prepared, yield* throughFile(view, row), 0, sequence, tokenizer.textOf), viewRow: row }
  const growing = phases === 1 ? "" : `, phase ${phase} of ${phases}`
  if (Option.isSome(given.html)) {
    const out = given.html.value
    const page = explanationHtml(explanation, `${plan.recorded.experiment}, cell ${cell.index}: ${cell.name}${growing}`)
    yield* Effect.try({
      try: () => writeFileSync(out, page),
      catch: (thrown) => new UnknownSelection({ message: `--html ${out}: ${(thrown as Error).message}` })
    })
    print(out)
    return
  }
  if (given.json) {
    print(JSON.stringify({ cell: cell.name, phase, ...explanation }, null, 2))
    return
  }
  print(`${bold(plan.recorded.experiment)}  cell ${cell.index}: ${cell.name}${growing}`)
  print(explanationText(explanation, { colour: isTerminal() && process.env["NO_COLOR"] === undefined, width: Math.min(120, process.stdout.columns ?? 100) - 36 }))
}, Effect.scoped)
