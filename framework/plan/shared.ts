/** What cells share: models, data, plugins and benchmarks, each opened once however many cells ask for it. */
import { Effect, type Scope } from "effect"
import { engines } from "../engines/registry.ts"
import type { EngineDescription } from "../engines/Engine.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import { loadTokenizer, type Tokenizer } from "../sequence/tokenizer.ts"
import type { CellSettings } from "../spec/ExperimentSpec.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import type { CellProblems } from "./cell-problems.ts"
import { type DataContext, openData } from "./DataContext.ts"
import { decodedOptions } from "./decoded-options.ts"
import type { Drafts } from "./drafts.ts"
import { budgetsTogether } from "./budgets-together.ts"
import { openEvaluation, type ReadyEvaluation } from "./Evaluation.ts"
import { type DecoderShape, decoderShape } from "./flops.ts"
import { numbering, remember } from "./memo.ts"
import { BadModel, type ResolvedModel, resolveModel, type TrainedModel } from "./resolve-model.ts"
import { type Distillation, distillationOf } from "./trial.ts"
import type { TruncationPlugin, SelectorPlugin } from "../plugin/define.ts"

export interface SharedContext {
  readonly loaded: LoadedSpec
  readonly registry: PluginRegistry
  readonly drafts: Drafts
  readonly problems: CellProblems
  /** the evaluations of all cells: those that differ in their thought budgets alone are generated for together */
  readonly evaluated: ReadonlyArray<CellSettings["evaluate"]>
  /** data that are opened are closed with it */
  readonly scope: Scope.Scope
  readonly planTrained: (file: string) => Effect.Effect<TrainedModel, BadModel>
}

export interface ReadyModel extends ResolvedModel {
  readonly shape: DecoderShape
}

/** Everything of a cell that does not hang on its seed. Null where a problem was found (and gathered). */
export interface Shared {
  readonly engine: (cell: CellSettings) => EngineDescription | null
  readonly student: (cell: CellSettings) => Effect.Effect<ReadyModel | null>
  readonly teacher: (cell: CellSettings) => Effect.Effect<ReadyModel | null>
  readonly data: (cell: CellSettings) => Effect.Effect<DataContext | null>
  readonly truncation: (cell: CellSettings) => Effect.Effect<{ readonly plugin: TruncationPlugin; readonly options: unknown } | null>
  readonly selector: (cell: CellSettings) => Effect.Effect<{ readonly plugin: SelectorPlugin; readonly options: unknown } | null>
  readonly distillation: (cell: CellSettings) => Effect.Effect<Distillation | null>
  readonly evaluations: (cell: CellSettings) => Effect.Effect<ReadonlyArray<ReadyEvaluation>>
}

/** An effect's result by key, made once. */
const once = <A>() => {
  const made = new Map<string, A>()
  return (key: string, make: Effect.Effect<A>): Effect.Effect<A> => Effect.suspend(() =>
    made.has(key) ? Effect.succeed(made.get(key) as A) : Effect.map(make, (value) => {
      made.set(key, value)
      return value
    }))
}

export const makeShared = (context: SharedContext): Shared => {
  const { drafts, evaluated, loaded, planTrained, problems, registry, scope } = context
  const students = once<ReadyModel | null>()
  const teachers = once<ReadyModel | null>()
  const tokenizers = once<Tokenizer | null>()
  const dataSets = once<DataContext | null>()
  const truncations = once<{ plugin: TruncationPlugin; options: unknown } | null>()
  const selectors = once<{ plugin: SelectorPlugin; options: unknown } | null>()
  const distillations = once<Distillation | null>()
  const evaluationSets = once<ReadonlyArray<ReadyEvaluation>>()

  const numberOf = {
    student: numbering<CellSettings["student"]>(), teacher: numbering<CellSettings["teacher"]>(), data: numbering<CellSettings["data"]>(),
    replay: numbering<CellSettings["train"]>(({ replay }) => replay), evaluate: numbering<CellSettings["evaluate"]>(),
    truncation: numbering<CellSettings["sequence"]>(({ truncate: { keep, options } }) => ({ keep, options })),
    selector: numbering<CellSettings["sequence"]>(({ selector }) => selector === null ? null : { name: selector.name, options: selector.options }), loss: numbering<CellSettings["loss"]>()
  }

  const engine: Shared["engine"] = (cell) => {
    const found = engines.get(cell.engine)
    if (found === undefined) {
      problems.add("engine", "not-supported", `there is no engine \`${cell.engine}\``, `Engines: ${[...engines.keys()].join(", ")}.`)
    }
    return found ?? null
  }

  const model = (field: "student" | "teacher", cell: CellSettings, ref: NonNullable<CellSettings["teacher"]>) => {
    const description = engine(cell)
    if (description === null) return Effect.succeed(null)
    return problems.attempt(field, "bad-model", resolveModel(ref, {
      registry, planTrained, engine: description, folder: loaded.folderOf(field), seedsStudent: loaded.spec.seedsStudent
    }).pipe(Effect.flatMap((resolved) => Effect.try({
      try: (): ReadyModel => ({
        ...resolved, digest: remember<string, number>(resolved.digest), shape: decoderShape(resolved.config)
      }),
      catch: (error) => new BadModel({ message: (error as Error).message, advice: "mend the model's config.json" })
    }))))
  }
  const student: Shared["student"] = (cell) => students(`${cell.engine} ${numberOf.student(cell.student)}`, model("student", cell, cell.student))
  const teacher: Shared["teacher"] = (cell) => cell.teacher === null
    ? Effect.succeed(null)
    : teachers(`${cell.engine} ${numberOf.teacher(cell.teacher)} ${numberOf.student(cell.student)}`, Effect.gen(function*() {
      const [taught, teaching] = [yield* student(cell), yield* model("teacher", cell, cell.teacher as NonNullable<typeof cell.teacher>)]
      if (taught === null || teaching === null) return null
      if (taught.shape.vocabulary !== teaching.shape.vocabulary) {
        problems.add("teacher", "vocabulary-mismatch",
          `the teacher's vocabulary has ${teaching.shape.vocabulary} tokens, the student's ${taught.shape.vocabulary}`,
          "Distillation compares distributions over one vocabulary: choose a teacher and a student of one family.")
        return null
      }
      if (taught.tokenizer !== teaching.tokenizer) {
        problems.add("teacher", "vocabulary-mismatch", "teacher and student have vocabularies of one size, but different tokenizers",
          "Choose models with the same tokenizer.json and tokenizer_config.json.")
        return null
      }
      return teaching
    }))

  const tokenizer = (ready: ReadyModel) =>
    tokenizers(ready.tokenizer, problems.attempt("student", "bad-model", loadTokenizer(ready.tokenizerFolder)))

  const appendsGenerationPrompt = (cell: CellSettings): boolean => cell.sequence.quirks.includes("generation-prompt-appended")
  const dataKey = (cell: CellSettings): string =>
    `${numberOf.data(cell.data)} ${numberOf.replay(cell.train)} ${numberOf.student(cell.student)} ${appendsGenerationPrompt(cell)} ` +
    // Problems that the evaluations ask are looked for in the data.
    (cell.data.contamination.check === "off" ? "" : numberOf.evaluate(cell.evaluate))

  const data: Shared["data"] = (cell) => dataSets(
    dataKey(cell),
    Effect.gen(function*() {
      const ready = yield* student(cell)
      const reads = ready === null ? null : yield* tokenizer(ready)
      if (ready === null || reads === null) return null
      // Data take the longest: whatever else is wrong is found before.
      yield* teacher(cell)
      const opened = yield* problems.attempt("data.source", "bad-data",
        openData({
          data: cell.data, replay: cell.train.replay, evaluate: cell.evaluate, evaluateFolder: loaded.folderOf("evaluate"),
          appendGenerationPrompt: appendsGenerationPrompt(cell)
        }, reads, ready.tokenizer, { registry, drafts, scope }))
      if (opened === null) return null
      const largest = Math.max(opened.train.summary.largestId, opened.validation?.summary.largestId ?? 0)
      if (largest >= ready.shape.vocabulary) {
        problems.add("student", "vocabulary-mismatch", `the data holds token ${largest}, the model has ${ready.shape.vocabulary} tokens`,
          "The folder's tokenizer is another model's.")
        return null
      }
      return opened
    })
  )

  const truncation: Shared["truncation"] = Effect.fnUntraced(function*(cell) {
    const { grow, keep, options, ratio } = cell.sequence.truncate
    const found = yield* truncations(String(numberOf.truncation(cell.sequence)), problems.attempt("sequence.truncate.keep", "unknown-plugin", Effect.gen(function*() {
      const plugin = yield* registry.get("truncation", keep, loaded.folderOf("sequence.truncate.keep"))
      return { plugin, options: yield* decodedOptions(plugin, options, "sequence.truncate.options") }
    })))
    if (found === null || found.plugin.takesRatio !== false) return found
    const refuse = (field: string, what: string) =>
      problems.add(field, "conflict", `\`${keep.slice(0, 60)}\` takes no ratio: how much it keeps is in its options; found ${what}`,
        "Leave it out (or `null`), or choose a truncation that takes a ratio.")
    if (ratio !== "1") refuse("sequence.truncate.ratio", `ratio ${ratio}`)
    if (grow !== null) refuse("sequence.truncate.grow", `a ratio that grows to ${grow.to}`)
    if (cell.train.budget !== null) refuse("train.budget", `the FLOPs of ratio ${cell.train.budget.flopsOfRatio}`)
    return ratio !== "1" || grow !== null || cell.train.budget !== null ? null : found
  })

  const selector: Shared["selector"] = (cell) => {
    const chosen = cell.sequence.selector
    if (chosen === null) return Effect.succeed(null)
    return selectors(String(numberOf.selector(cell.sequence)), problems.attempt("sequence.selector.name", "unknown-plugin", Effect.gen(function*() {
      const plugin = yield* registry.get("selector", chosen.name, loaded.folderOf("sequence.selector"))
      return { plugin, options: yield* decodedOptions(plugin, chosen.options, "sequence.selector.options") }
    })))
  }

  const distillation: Shared["distillation"] = (cell) => {
    const { loss } = cell
    if (loss.distil === null || loss.weight === 0) return Effect.succeed(null)
    if (cell.teacher === null) {
      problems.add("loss.distil", "conflict", `\`${loss.distil}\` compares with a teacher, and there is none`, "Name a `teacher`, or remove `distil`.")
      return Effect.succeed(null)
    }
    const name = loss.distil
    return distillations(String(numberOf.loss(loss)), problems.attempt("loss.distil", "bad-plugin", Effect.gen(function*() {
      const plugin = yield* registry.get("loss", name, loaded.folderOf("loss.distil"))
      return yield* distillationOf(loss, plugin, yield* decodedOptions(plugin, loss.options, "loss.options"))
    })))
  }

  const evaluations: Shared["evaluations"] = (cell) => evaluationSets(
    `${numberOf.evaluate(cell.evaluate)} ${dataKey(cell)}`,
    Effect.gen(function*() {
      const ready = yield* student(cell)
      const opened = yield* data(cell)
      const reads = ready === null ? null : yield* tokenizer(ready)
      if (ready === null || opened === null || reads === null) return []
      const made: Array<ReadyEvaluation> = []
      for (const [index, evaluation] of cell.evaluate.entries()) {
        const one = yield* problems.attempt(`evaluate[${index}]`.replace("[", ".").replace("]", ""), "bad-plugin",
          openEvaluation(evaluation, budgetsTogether(evaluation, index, evaluated), index, reads, ready.tokenizer, opened.train.summary.maxTokens, registry,
            { cacheFolder: drafts.scratch, folder: loaded.folderOf("evaluate") }))
        if (one !== null) made.push(one)
      }
      return made
    })
  )

  return { engine, student, teacher, data, truncation, selector, distillation, evaluations }
}
