import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { expect } from "vitest"
import { folder, loadText, minimal, write } from "./files.ts"
import { load } from "../../../framework/spec/load.ts"

describe("load", () => {
  it.effect("fills every default", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(minimal)
      expect(spec).toMatchInlineSnapshot(`
        {
          "baseline": {
            "matched": null,
            "reference": null,
          },
          "claims": {},
          "data": {
            "contamination": {
              "check": "report",
              "ngram": 8,
              "share": 0.5,
            },
            "correctOnly": false,
            "deduplicate": true,
            "derivation": "strict",
            "files": null,
            "format": "auto",
            "limit": null,
            "maxTokens": null,
            "onBadRecord": "stop",
            "onePerProblem": false,
            "options": {},
            "overLength": "drop",
            "revision": null,
            "seed": 0,
            "shuffle": true,
            "source": "chain-arithmetic",
            "systemPrompt": "drop",
            "thoughtNeverEnds": "drop",
            "train": 60,
            "transform": [],
            "validation": 30,
            "where": null,
          },
          "description": "",
          "engine": "tfjs",
          "evaluate": [],
          "experiment": "minimal",
          "grid": [],
          "loss": {
            "distil": null,
            "options": {},
            "reduce": "token-mean",
            "temperature": 1,
            "weight": 0,
          },
          "power": {
            "baseline": 0.85,
            "correlation": 0.5,
            "pilot": null,
            "seedSd": 0.1,
          },
          "resources": {
            "gpus": 0,
            "onednn": true,
            "recordGraphs": true,
            "retries": 2,
            "slots": null,
            "threadsPerTrial": 1,
          },
          "score": "first",
          "seeds": [
            0,
          ],
          "seedsStudent": false,
          "sequence": {
            "endOfTurn": "answer",
            "quirks": [],
            "selector": null,
            "supervise": [
              "prompt",
              "cot",
              "answer",
            ],
            "thinkTags": "closer",
            "truncate": {
              "grow": null,
              "keep": "first",
              "options": {},
              "ratio": "1",
            },
          },
          "student": {
            "model": "tiny/base",
            "revision": null,
          },
          "teacher": null,
          "teacherStore": {
            "dtype": "float32",
            "k": null,
            "mode": "full",
          },
          "tracking": {
            "experimentName": null,
            "uri": null,
          },
          "train": {
            "allowSparse": false,
            "batch": {
              "microTokens": 4096,
              "packing": false,
              "sequences": 8,
            },
            "budget": null,
            "epochs": null,
            "learningRate": 0.001,
            "logEverySteps": 10,
            "optimiser": {
              "beta1": 0.9,
              "beta2": 0.98,
              "clipNorm": 1,
              "epsilon": 1e-8,
              "weightDecay": 0.01,
            },
            "replay": null,
            "resumeEverySteps": 100,
            "schedule": {
              "finalFraction": 0,
              "kind": "cosine",
              "warmupFraction": 0.05,
            },
            "select": "last",
            "steps": 10,
            "validateEverySteps": null,
          },
        }
      `)
    })
  )

  it.effect("reads the example of the design", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(`# yaml-language-server: $schema=../docs/experiment.schema.json
experiment: truncation-and-segments
engine: tfjs                                   # or torch
teacher: { model: tiny/teacher }
student: { model: tiny/base }
data:
  source: chain-arithmetic
  train: 6000
  validation: 300
sequence:
  truncate: { keep: first, ratio: 1.0 }
  supervise: [prompt, cot, answer]
loss: { distil: forward-kl, weight: 0.5, temperature: 1, reduce: token-mean }
train: { epochs: 2, learningRate: 1e-3, batch: { sequences: 32, microTokens: 4096 } }
evaluate: [{ benchmark: chain-arithmetic, items: 1000, samples: 1, thoughtTokens: 192 }]
grid:
  - product:
      sequence.truncate.ratio: [0.1, 0.25, 0.5, 0.75, 1.0]
      sequence.supervise: [[cot], [prompt, cot], [prompt, cot, answer]]
seeds: [1, 2, 3]
baseline:
  matched: { sequence.truncate.ratio: 1.0 }
  reference: { sequence.truncate.ratio: 1.0, sequence.supervise: [prompt, cot, answer] }
claims:
  half-is-enough: { retention: ">= 0.90", at: { sequence.truncate.ratio: 0.5 }, against: matched, score: first, assume: 1.0 }
resources: { gpus: 1 }
`)
      assert.strictEqual(spec.train.epochs, 2)
      assert.deepStrictEqual(spec.evaluate[0]!.thoughtTokens, [192])
      assert.strictEqual(spec.evaluate[0]!.name, "chain-arithmetic")
      assert.deepStrictEqual(spec.seeds, [1, 2, 3])
    })
  )

  it.effect("keeps a ratio as the decimal that was written", () =>
    Effect.gen(function* () {
      const ratioOf = (ratio: string) =>
        Effect.map(
          loadText(`${minimal}sequence: { truncate: { ratio: ${ratio} } }\n`),
          ({ spec }) => spec.sequence.truncate.ratio as string
        )
      assert.strictEqual(yield* ratioOf("0.29"), "0.29")
      assert.strictEqual(yield* ratioOf("0.3000000000000000000001"), "0.3000000000000000000001")
      for (const one of ["1", "1.0", "1e0", "10e-1", '"1.00"', "+1"]) assert.strictEqual(yield* ratioOf(one), "1", one)
      for (const half of ["0.5", "0.50", ".5", "5e-1", "'0.5'"]) assert.strictEqual(yield* ratioOf(half), "0.5", half)
      const overridden = yield* loadText(minimal, {}, ["sequence.truncate.ratio=0.290"])
      assert.strictEqual(overridden.spec.sequence.truncate.ratio as string, "0.29")
    })
  )

  it.effect("puts segments in the order of the sequence", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(`${minimal}sequence: { supervise: [answer, prompt] }\n`)
      assert.deepStrictEqual(spec.sequence.supervise, ["prompt", "answer"])
    })
  )

  it.effect("weight is half with a distillation loss, none without", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* loadText(minimal)).spec.loss.weight, 0)
      assert.strictEqual((yield* loadText(`${minimal}loss: { distil: tvd }\n`)).spec.loss.weight, 0.5)
      assert.strictEqual((yield* loadText(`${minimal}loss: { distil: tvd, weight: 0 }\n`)).spec.loss.weight, 0)
    })
  )

  it.effect("null takes back what is optional", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(
        `${minimal}teacher: null\nloss: { distil: null, weight: null }\nbaseline: { matched: null }\n`
      )
      assert.isNull(spec.teacher)
      assert.strictEqual(spec.loss.weight, 0)
    })
  )

  it.effect("tells where each field is written", () =>
    Effect.gen(function* () {
      const loaded = yield* loadText(`${minimal}grid:\n  - product:\n      train.learningRate: [1e-3, 2e-3]\n`)
      assert.deepStrictEqual(loaded.locate("train.learningRate"), { file: "spec.yaml", line: 4, column: 35 })
      assert.deepStrictEqual(loaded.locate("grid.0.product.train.learningRate.1"), {
        file: "spec.yaml",
        line: 7,
        column: 34
      })
      // not written: the nearest parent
      assert.deepStrictEqual(loaded.locate("train.optimiser.beta1"), { file: "spec.yaml", line: 4, column: 1 })
      expect(
        loaded.error([loaded.issueAt("student.model", "bad-model", "no such model", "Train it first.")]).message
      ).toMatchInlineSnapshot(`
      "spec.yaml:2:19  bad-model  student.model: no such model
        2 | student: { model: tiny/base }
          |                   ^^^^^^^^^ Train it first.  docs/spec.md#student"
    `)
    })
  )

  it.effect("file names are meant from the file that writes them", () =>
    Effect.gen(function* () {
      write({
        "bases/base.yaml": `${minimal.replace("{ model: tiny/base }", "{ train: ./student.yaml }").replace("chain-arithmetic", "jsonl:traces.jsonl")}teacher: { model: ../models/teacher }\n`,
        "top.yaml": "extends: bases/base.yaml\nexperiment: top\n"
      })
      const { spec } = yield* load("top.yaml", [], { cwd: folder })
      assert.deepStrictEqual(spec.student, { train: `${folder}/bases/student.yaml` })
      assert.deepStrictEqual(spec.teacher, { model: `${folder}/models/teacher`, revision: null })
      assert.strictEqual(spec.data.source, `jsonl:${folder}/bases/traces.jsonl`)
      const overridden = yield* load("top.yaml", ["teacher.model=./here"], { cwd: folder })
      assert.deepStrictEqual(overridden.spec.teacher, { model: `${folder}/here`, revision: null })
    })
  )

  it.effect("a tracking address prints as redacted", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(`${minimal}tracking: { uri: "http://host:5000" }\n`)
      assert.strictEqual(Redacted.value(spec.tracking.uri!), "http://host:5000")
      assert.notInclude(JSON.stringify(spec), "host:5000")
    })
  )
})
