/** Rules between fields: what a Schema of single fields cannot say. Each names the field to change. */
import type { CellSettings } from "./ExperimentSpec.ts"
import type { Problem } from "./flatten.ts"
import type { CellSection } from "./schema/SpecSchema.ts"
import type { SpecPath } from "./SpecPath.ts"

const problem = (
  path: SpecPath,
  code: "conflict" | "missing-key",
  message: string,
  suggestion: string | null = null
): Problem => ({ path, at: "value", code, message, suggestion })

const train = (settings: CellSettings["train"]): ReadonlyArray<Problem> => [
  ...(settings.epochs === null && settings.steps === null
    ? [
        problem(
          ["train", "epochs"],
          "missing-key",
          "expected a budget, `epochs` or `steps`",
          "For example `epochs: 2`."
        )
      ]
    : []),
  ...(settings.epochs !== null && settings.steps !== null
    ? [
        problem(
          ["train", "steps"],
          "conflict",
          "expected one budget, found both `epochs` and `steps`",
          "Remove one, or set it to null."
        )
      ]
    : []),
  ...(settings.schedule.kind === "constant" && settings.schedule.finalFraction !== 0
    ? [
        problem(
          ["train", "schedule", "finalFraction"],
          "conflict",
          "a constant schedule has no final fraction",
          "Remove it, or choose another `kind`."
        )
      ]
    : [])
]

const teacherStore = ({ k, mode }: CellSettings["teacherStore"]): ReadonlyArray<Problem> =>
  mode === "topk" && k === null
    ? [
        problem(
          ["teacherStore", "k"],
          "missing-key",
          "mode `topk` needs `k`, the logits kept a position",
          "For example `k: 64`."
        )
      ]
    : mode === "full" && k !== null
      ? [
          problem(
            ["teacherStore", "k"],
            "conflict",
            "mode `full` keeps all logits and takes no `k`",
            "Remove it, or choose mode `topk`."
          )
        ]
      : []

const loss = ({ distil, weight }: CellSettings["loss"]): ReadonlyArray<Problem> =>
  distil === null && weight > 0
    ? [
        problem(
          ["loss", "weight"],
          "conflict",
          "a weight above 0 needs a distillation loss",
          "Name one in `loss.distil`, e.g. `forward-kl`."
        )
      ]
    : []

const evaluate = (evaluations: CellSettings["evaluate"]): ReadonlyArray<Problem> =>
  evaluations.flatMap((evaluation, i) => [
    ...(evaluations.findIndex(({ name }) => name === evaluation.name) < i
      ? [
          problem(
            ["evaluate", i, "name"],
            "conflict",
            `two evaluations are named \`${evaluation.name}\``,
            "Give each a `name`."
          )
        ]
      : []),
    ...(evaluation.samples > 1 && evaluation.temperature === 0
      ? [
          problem(
            ["evaluate", i, "samples"],
            "conflict",
            "at temperature 0 all samples of a problem are equal",
            "Take 1 sample, or a temperature above 0."
          )
        ]
      : []),
    ...via(evaluation.via, i)
  ])

const via = (given: CellSettings["evaluate"][number]["via"], i: number): ReadonlyArray<Problem> => {
  if (given === null) return []
  const asksForPort = given.openai.includes("{port}")
  const fixed = Object.keys(given.request).filter((field) => ownFields.has(field))
  return [
    ...(asksForPort && given.serve === null
      ? [problem(["evaluate", i, "via", "openai"], "conflict", "`{port}` is filled in for a server that `serve` starts, and there is none",
        "Write the port of the running server, or add `serve`.")]
      : []),
    ...(given.serve !== null && !["{name}", "{folder}"].some((word) => given.serve!.some((part) => part.includes(word)))
      ? [problem(["evaluate", i, "via", "serve"], "conflict", "the command names no model: it would serve the same one for every cell",
        "Let it hold `{folder}`, the folder of the model, and `{name}`, the name to serve it under.")]
      : []),
    ...(given.serve !== null && !(asksForPort && given.serve.some((part) => part.includes("{port}")))
      ? [problem(["evaluate", i, "via", asksForPort ? "serve" : "openai"], "conflict", "`serve` needs `{port}` in the command and in `openai`",
        "Write it in both: each model gets a server at a free port of its own, and is asked there.")]
      : []),
    ...fixed.map((field) => problem(["evaluate", i, "via", "request", field], "conflict", `\`${field}\` is set by the evaluation itself`,
      "Remove it: temperature, topP, maxTokens and samples are fields of the evaluation."))
  ]
}

/** Fields of a request that Leadspan fills in: one laid over them would make the record of the evaluation untrue. */
const ownFields: ReadonlySet<string> = new Set(["model", "prompt", "max_tokens", "temperature", "top_p", "seed", "stop", "n", "stream", "echo"])

/** Rules of the data: what only records of files and of the hub have is refused where a plugin makes them. */
const data = (settings: CellSettings["data"]): ReadonlyArray<Problem> => {
  const isHub = settings.source.startsWith("hf:")
  const isRaw = isHub || /^(?:jsonl|json|csv|parquet|file):/u.test(settings.source)
  const only = (field: "revision" | "files" | "format" | "where" | "limit", isWritten: boolean, whose: string): ReadonlyArray<Problem> =>
    isWritten ? [problem(["data", field], "conflict", `\`${field}\` is for ${whose}`, "Remove it, or choose another `source`.")] : []
  return [
    ...(isHub && settings.revision === null
      ? [problem(["data", "revision"], "missing-key", "a data set of the hub needs `revision`, a commit or a tag", "Without it the data could change from one day to the next.")]
      : []),
    ...only("revision", !isHub && settings.revision !== null, "data sets of the hub (`hf:`)"),
    ...only("files", !isHub && settings.files !== null, "data sets of the hub (`hf:`)"),
    ...only("format", !isRaw && settings.format !== "auto", "files and data sets of the hub"),
    ...only("where", !isRaw && settings.where !== null, "files and data sets of the hub"),
    ...only("limit", !isRaw && settings.limit !== null, "files and data sets of the hub")
  ]
}

export const checkSection = <K extends CellSection>(section: K, value: CellSettings[K]): ReadonlyArray<Problem> => {
  switch (section) {
    case "data":
      return data(value as CellSettings["data"])
    case "train":
      return train(value as CellSettings["train"])
    case "teacherStore":
      return teacherStore(value as CellSettings["teacherStore"])
    case "loss":
      return loss(value as CellSettings["loss"])
    case "evaluate":
      return evaluate(value as CellSettings["evaluate"])
    default:
      return []
  }
}

/** Rules between sections, for each cell. */
export const checkTeacher = (
  teacher: CellSettings["teacher"],
  { distil, weight }: CellSettings["loss"]
): ReadonlyArray<Problem> =>
  teacher === null && distil !== null && weight > 0
    ? [
        problem(
          ["loss", "distil"],
          "conflict",
          `the distillation loss \`${distil.slice(0, 60)}\` needs a teacher`,
          "Name one in `teacher`, or set `loss.weight` to 0."
        )
      ]
    : []
