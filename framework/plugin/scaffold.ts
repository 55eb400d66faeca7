/** `plugin new KIND NAME`: a first file with one example that passes its checks. */
import { Effect } from "effect"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { kinds, type PluginKind } from "./kinds.ts"
import { PluginError, problem } from "./PluginError.ts"

const loss = (name: string) => `// Say what it is: here forward KL, KL(p || q) = sum_s p (log p - log q), in nats per target. Source: where it comes from.
// T targets, S support; both inputs are log-probs [T, S] at the objective's temperature, p the teacher's and q the student's.
import { defineLoss, Schema } from "leadspan"

export default defineLoss({
  name: "${name}",
  options: Schema.Struct({}),
  // c(T) of the objective: "T^2" for the Kullback-Leibler family, else "1"
  temperatureScale: "T^2",
  // true only if the student's gradient is linear in the teacher's probabilities
  linearInTeacher: true,
  perToken: (op, { student_TS, teacher_TS }) =>
    op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, student_TS))), // [T]
  examples: [
    // logits, which the framework normalises, and the loss of each target
    { student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.130812] }
  ]
})
`

const truncation = (name: string) => `// Say which tokens are kept: here the first L = max(1, floor(ratio * T)). Source: where it comes from.
import { defineTruncation, keptLength, Schema } from "leadspan"

export default defineTruncation({
  name: "${name}",
  options: Schema.Struct({}),
  // what is kept of T tokens: a span [start, end), or { spans, masked }; the ratio is the decimal as written in the spec
  span: ({ tokens_T }, ratio) => [0, keptLength(tokens_T.length, ratio)],
  examples: [
    { length: 100, ratio: "0.29", span: [0, 29] },
    // a letter a token: P prompt, O opener, T thought, C closer, A answer, E end of turn
    { segments: "PPOTTTCAAE", ratio: "0.5", span: [0, 5] }
  ]
})
`

const selector = (name: string) => `// Say which targets are supervised and with what weight: here every supervised token, the answer's at double weight.
import { defineSelector, Schema } from "leadspan"

export default defineSelector({
  name: "${name}",
  options: Schema.Struct({}),
  // one weight a token, [T]; 0 is not supervised. supervised_T is 1 where the spec's segments make a token a target
  weights: ({ segments_T }, supervised_T) =>
    Float32Array.from(segments_T, (segment, t) => supervised_T[t] === 0 ? 0 : segment === 2 ? 2 : 1),
  examples: [
    // a letter a token: P prompt, T thought, A answer; the first token is never a target
    { segments: "PPTTAA", supervised: ["prompt", "answer"], weights: [0, 1, 0, 0, 2, 2] }
  ]
})
`

const format = (name: string) => `// Say whose data sets have this shape, with address, revision and licence: here plain question, reasoning and answer.
import { defineFormat, Schema } from "leadspan"

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== ""

export default defineFormat({
  name: "${name}",
  version: 1,
  options: Schema.Struct({}),
  describes: "question, reasoning and answer in fields of their own",
  // how surely these records are of this format, from 0 to 1
  recognise: (sample) => {
    const fitting = sample.filter((record) => "question" in record && "reasoning" in record && "answer" in record).length
    return { score: sample.length === 0 ? 0 : 0.5 * fitting / sample.length, because: \`\${fitting} of \${sample.length} records have the three fields\` }
  },
  // a trace, several (one a generation), or why there is none: no record leaves silently
  traces: ({ answer, question, reasoning }) =>
    isText(question) && isText(reasoning) && isText(answer)
      ? [{ prompt: question, cot: reasoning, answer, closed: true, gold: null, correct: null }]
      : [{ reason: "missing-fields" }],
  examples: [
    { record: { question: "1 + 1?", reasoning: "It is 2.", answer: "2" }, traces: [{ prompt: "1 + 1?", cot: "It is 2.", answer: "2", closed: true }] },
    { record: { question: "1 + 1?", reasoning: null, answer: "2" }, traces: [{ reason: "missing-fields" }] }
  ]
})
`

const transform = (name: string) => `// Say what is changed of a trace before it is tokenised: here the lines of the thought are put in reverse order.
import { defineTransform, Schema } from "leadspan"

export default defineTransform({
  name: "${name}",
  version: 1,
  options: Schema.Struct({}),
  // context.random("some purpose")() gives numbers in [0, 1), keyed by seed and sample
  transform: (trace) => {
    const cot = trace.cot.split("\\n").reverse().join("\\n")
    // what stood before the derivation is another text now: nobody knows where the answer is first derived
    return { ...trace, cot, derivedAt: cot === trace.cot ? trace.derivedAt : null }
  },
  examples: [
    { trace: { cot: "first\\nsecond", derivedAt: 5 }, becomes: { cot: "second\\nfirst", derivedAt: null } }
  ]
})
`

const dataset = (name: string) => `// Say what a record is and where it comes from (address, revision, licence): here sums of two digits and their carry.
import { defineDataset, Schema } from "leadspan"

export default defineDataset({
  name: "${name}",
  version: 1,
  options: Schema.Struct({}),
  *records({ split, count, seed }) {
    // splits may share no problem: each has its own tens
    const tens = { train: 0, validation: 1000, test: 2000 }[split] + 3000 * seed
    for (let index = 0; index < count; index++) {
      const [a, b] = [tens + index, (7 * index) % 10]
      const cot = \`\${a} + \${b} = \${a + b}\`
      yield {
        id: \`\${split}-\${seed}-\${index}\`, problem: \`\${a}+\${b}\`, prompt: \`What is \${a} + \${b}?\`,
        cot, answer: String(a + b), tier: "standard", derivedAt: cot.length
      }
    }
  },
  examples: [
    { options: {}, first: { prompt: "What is 0 + 0?", cot: "0 + 0 = 0", answer: "0", derivedAt: 9 } }
  ]
})
`

const benchmark = (name: string) => `// Say what an item is and where it comes from: here sums of two digits.
import { defineBenchmark, Schema } from "leadspan"

const sum = /= *(-?\\d+)/

export default defineBenchmark({
  name: "${name}",
  version: 1,
  options: Schema.Struct({}),
  // items that are records of a file or of the hub have \`records\` in place of \`items\`: docs/plugins.md
  *items({ count, seed }) {
    for (let index = 0; index < count; index++) {
      const [a, b] = [2000 + 3000 * seed + index, (7 * index) % 10]
      yield { id: \`\${seed}-\${index}\`, problem: \`\${a}+\${b}\`, prompt: \`What is \${a} + \${b}?\`, gold: String(a + b), tier: "standard" }
    }
  },
  // after a thought that is cut, this text asks for the answer
  answerCue: "The answer is ",
  answerTokens: 8,
  chance: 0,
  strict: ({ answer }) => answer?.trim() ?? null,
  lenient: ({ answer, thought }) => answer?.trim() ?? [...thought.matchAll(new RegExp(sum, "g"))].at(-1)?.[1] ?? null,
  first: ({ thought }) => sum.exec(thought)?.[1] ?? null,
  forced: (text) => text.trim().split(/\\s/)[0] || null,
  equal: (gold, predicted) => gold === predicted,
  examples: [
    { output: { thought: "2 + 3 = 5", answer: "5", finished: true }, gold: "5", strict: true, lenient: true, first: true },
    { output: { thought: "2 + 3 = 6", answer: null, finished: false }, gold: "5", strict: false, lenient: false, first: false }
  ]
})
`

const model = (name: string) => `// A model that ships beside this file, in the folder of the same name: config.json, model.safetensors, tokenizer.json.
import { defineModel } from "leadspan"

export default defineModel({
  name: "${name}",
  folder: "./${name.split("/").at(-1)}",
  // the spec that trains it, relative to this file, or null
  recipe: null
})
`

const templates: { readonly [K in PluginKind]: (name: string) => string } = 
  { loss, truncation, selector, dataset, format, transform, benchmark, model }

export interface Scaffold { readonly file: string; readonly text: string }

/**
 * Writes the first file of a new plugin to `folder/<kind's folder>/<name>.ts` and gives its text.
 *
 * Fails with `PluginError` if the name is not lower-case kebab-case or the file is there already: nothing is overwritten.
 * @param folder a `plugins/` folder, made if it is not there
 */
export const scaffoldPlugin = (kind: PluginKind, name: string, folder: string): Effect.Effect<Scaffold, PluginError> =>
  Effect.suspend(() => {
    const file = join(folder, kinds[kind].folder, `${name}.ts`)
    const fail = (code: "name" | "exists" | "unreadable", message: string) =>
      Effect.fail(new PluginError({ problems: [problem({ code, file, message })] }))
    const { expected, holds } = kinds[kind].fields["name"]!
    if (!holds(name)) return fail("name", `"${name}" is no name for a plugin, expected ${expected}`)
    if (existsSync(file)) return fail("exists", "is there already: choose another name, or remove it")
    const text = templates[kind](name)
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { flag: "wx" })
    } catch (error) {
      return fail("unreadable", `cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`)
    }
    return Effect.succeed({ file, text })
  })
