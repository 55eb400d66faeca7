/** The tree of commands. Each one's work lies in a file of its own, loaded when it is called. */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"

/** Loads a command's file and calls it. */
const lazily = <A, E, R>(load: () => Promise<Effect.Effect<A, E, R>>): Effect.Effect<A, E, R> =>
  Effect.flatten(Effect.promise(load))

// A path is shown in messages as it was typed, so it is no Argument.File, which makes it absolute.
const file = Argument.String("spec").pipe(Argument.withDescription("Experiment file (YAML)"))
const set = Flag.String("set").pipe(
  Flag.withDescription("Override a field, as path=value; may be given several times"), Flag.atLeast(0))
const json = Flag.Boolean("json").pipe(Flag.withDescription("Print JSON for programs"), Flag.withDefault(false))
const experiment = Argument.String("experiment").pipe(
  Argument.withDescription("Name of an experiment, or its file"), Argument.optional)

const check = Command.make("check", { file, set }, (given) =>
  lazily(async () => (await import("./check.ts")).check(given))
).pipe(Command.withDescription("Say everything that is wrong with an experiment file; start nothing"))

const plan = Command.make("plan", { file, set, json }, (given) =>
  lazily(async () => (await import("./plan.ts")).plan(given))
).pipe(Command.withDescription("Show the cells of an experiment, what is equal, left out or done, and what the rest will cost"))

const requireClaims = Flag.Boolean("require-claims").pipe(
  Flag.withDescription("Exit with code 3 unless every declared claim is supported"), Flag.withDefault(false))

const run = Command.make("run", {
  file, set,
  maxHours: Flag.Finite("max-hours").pipe(Flag.withDescription("Stop gracefully after so long; run again to go on"), Flag.optional),
  only: Flag.String("only").pipe(
    Flag.withDescription("Run only some cells: path=value pairs joined by commas, or cell numbers"), Flag.optional),
  setup: Flag.Boolean("setup").pipe(Flag.withDescription("Install what is missing first"), Flag.withDefault(false)),
  ui: Flag.Boolean("ui").pipe(Flag.withDescription("In a terminal, keep MLflow's UI up until Ctrl-C"), Flag.withDefault(false)),
  requireClaims
}, (given) => lazily(async () => (await import("./run.ts")).run(given))
).pipe(Command.withDescription("Run what is not done yet, log it to MLflow, print the results and write the report"))

const status = Command.make("status", { experiment, json }, (given) =>
  lazily(async () => (await import("./status.ts")).status(given))
).pipe(Command.withDescription("Show what has been done and who runs what"))

const report = Command.make("report", {
  experiment: Argument.String("experiment").pipe(Argument.withDescription("Name of an experiment, or its file")),
  other: Argument.String("other").pipe(Argument.withDescription("Another experiment to compare it with, cell by cell"), Argument.optional),
  out: Flag.String("out").pipe(Flag.withDescription("Folder to write report.html, report.md and the tables to"), Flag.optional),
  requireClaims
}, (given) => lazily(async () => (await import("./report.ts")).report(given))
).pipe(Command.withDescription("Write the report of an experiment: one HTML file, tables, per-item outcomes; or compare two"))

const sync = Command.make("sync", { experiment }, (given) =>
  lazily(async () => (await import("./sync.ts")).sync(given))
).pipe(Command.withDescription("Send to MLflow what it has not got yet"))

const ui = Command.make("ui", { experiment }, (given) =>
  lazily(async () => (await import("./ui.ts")).ui(given))
).pipe(Command.withDescription("Start this project's MLflow server and print the link to an experiment"))

const explain = Command.make("explain", {
  file, set, json,
  cell: Flag.Int("cell").pipe(Flag.withDescription("Number of the cell, as `plan` shows it"), Flag.withDefault(0)),
  sample: Flag.Int("sample").pipe(Flag.withDescription("Number of the training sample"), Flag.withDefault(0)),
  phase: Flag.Int("phase").pipe(Flag.withDescription("Phase of a prefix that grows, from 0; left out: the last"), Flag.optional),
  html: Flag.String("html").pipe(Flag.withDescription("Write a page to this file instead"), Flag.optional)
}, (given) => lazily(async () => (await import("./explain.ts")).explain(given))
).pipe(Command.withDescription("Show one sample's tokens: segment, kept or cut, supervised or not"))

const data = Command.make("data", {
  inputs: Argument.String("file").pipe(
    Argument.withDescription("File of records, several of them, an experiment file, or the name of a data-set plugin"), Argument.variadic({ min: 1 })),
  json,
  html: Flag.String("html").pipe(Flag.withDescription("Also write a page with figures to this file"), Flag.optional),
  format: Flag.String("format").pipe(Flag.withDescription("Format of the records, where `auto` is not sure enough"), Flag.optional),
  tokenizer: Flag.String("tokenizer").pipe(
    Flag.withDescription("Hugging Face folder whose tokenizer counts lengths; without it they are in words, digit groups and signs"), Flag.optional),
  where: Flag.String("where").pipe(Flag.withDescription("SQL predicate over a record's columns"), Flag.optional),
  limit: Flag.Int("limit").pipe(Flag.withDescription("Look at no more than so many records of each file"), Flag.optional),
  maxTokens: Flag.Int("max-tokens").pipe(
    Flag.withDescription("Also show where the derivation lies in sequences of at most so many tokens"), Flag.optional),
  matcher: Flag.String("matcher").pipe(
    Flag.withDescription("How the answer is looked for: strict, loose, equivalent, joined by commas; the advice goes by the first"), Flag.optional),
  keep: Flag.Finite("keep").pipe(
    Flag.withDescription("Share of the first derivations that the advised ratio is to keep"), Flag.withDefault(0.9)),
  thoughtNeverEnds: Flag.Literals("thought-never-ends", ["keep", "drop"]).pipe(
    Flag.withDescription("What is done with thoughts that were cut off before their end"), Flag.withDefault("drop" as const))
}, (given) => lazily(async () => (await import("./data.ts")).data(given))
).pipe(Command.withDescription("Look at reasoning traces before any training: parts, where the answer is first derived, what a prefix keeps"))

const grade = Command.make("grade", {
  rows: Argument.String("rows").pipe(
    Argument.withDescription("File of JSON lines with gold and pred; standard input unless given"), Argument.optional)
}, (given) => lazily(async () => (await import("./grade.ts")).grade(given))
).pipe(Command.withDescription("Say of each row whether pred gives the answer gold, as mathematics"))

const diff = Command.make("diff", {
  before: Argument.String("before").pipe(Argument.withDescription("Experiment file")),
  after: Argument.String("after").pipe(Argument.withDescription("Experiment file to compare with it")),
  json
}, (given) => lazily(async () => (await import("./diff.ts")).diff(given))
).pipe(Command.withDescription("Show which cells two experiment files share, and which field made a trial another one"))

const doctor = Command.make("doctor", { json }, (given) =>
  lazily(async () => (await import("./doctor.ts")).doctor(given))
).pipe(Command.withDescription("Check this machine and installation, and show which device computes"))

const schema = Command.make("schema", {}, () =>
  lazily(async () => (await import("./schema.ts")).schema())
).pipe(Command.withDescription("Print the JSON Schema of experiment files, for editors"))

const model = Command.make("model").pipe(
  Command.withDescription("Look at a Hugging Face folder"),
  Command.withSubcommands([
    Command.make("inspect", {
      folder: Argument.String("folder").pipe(Argument.withDescription("Folder with config.json and model.safetensors")),
      ids: Flag.String("ids").pipe(Flag.withDescription("Token ids to run, joined by commas"), Flag.optional),
      generate: Flag.Int("generate").pipe(Flag.withDescription("Greedily generate so many tokens after them"), Flag.withDefault(0)),
      json
    }, (given) => lazily(async () => (await import("./model.ts")).inspect(given))
    ).pipe(Command.withDescription("Architecture, parameters, logits and greedy continuation of a model")),
    Command.make("export", {
      experiment: Argument.String("experiment").pipe(Argument.withDescription("Name of an experiment, or its file")),
      out: Argument.String("out").pipe(Argument.withDescription("Folder to copy the trained student to")),
      cell: Flag.Int("cell").pipe(Flag.withDescription("Number of the cell"), Flag.withDefault(0)),
      seed: Flag.Int("seed").pipe(Flag.withDescription("Seed of the trial; the first one unless given"), Flag.optional)
    }, (given) => lazily(async () => (await import("./model-export.ts")).exportModel(given))
    ).pipe(Command.withDescription("Copy the student that a trial trained, as a Hugging Face folder"))
  ])
)

const plugin = Command.make("plugin").pipe(
  Command.withDescription("Write and test plugins"),
  Command.withSubcommands([
    Command.make("new", {
      kind: Argument.String("kind").pipe(Argument.withDescription("loss, dataset, benchmark, truncation or selector")),
      name: Argument.String("name").pipe(Argument.withDescription("Its name, in lower-case kebab-case"))
    }, (given) => lazily(async () => (await import("./plugin.ts")).create(given))
    ).pipe(Command.withDescription("Write a plugin file with one example")),
    Command.make("test", { file: Argument.String("file").pipe(Argument.withDescription("The plugin's file")) }, (given) =>
      lazily(async () => (await import("./plugin.ts")).test(given))
    ).pipe(Command.withDescription("Run a plugin's examples and checks, without training")),
    Command.make("list", { json }, (given) => lazily(async () => (await import("./plugin.ts")).list(given))
    ).pipe(Command.withDescription("List the plugins that specs of this project can name"))
  ])
)

const setup = Command.make("setup", {
  variant: Argument.Literals("variant", ["cpu", "cuda"]).pipe(
    Argument.withDescription("Which TensorFlow to bind: cpu or cuda"), Argument.optional)
}, (given) => lazily(async () => (await import("./setup.ts")).setup(given))
).pipe(Command.withDescription("Install TensorFlow's library and MLflow into this project, and compile the binding"))

export const tree = Command.make("leadspan").pipe(
  Command.withDescription("Which part of each reasoning trace does the student need? Declare it, run it, judge it."),
  Command.withSubcommands([check, plan, run, status, report, sync, ui, data, explain, grade, diff, doctor, schema, model, plugin, setup])
)
