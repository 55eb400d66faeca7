/** What bad input gets: a located error or one sentence, exit code 2, quickly, and nothing written. */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Ended, type Installation, install, type Project, repository, smallModel, specText } from "./installed.ts"

const teacherFolder = join(repository, "plugins/models/tiny/teacher")
const ratioGrid = (ratios: string) => `\n  - product:\n      sequence.truncate.ratio: ${ratios}`

interface Case {
  readonly spec: string | Uint8Array
  /** what the message must hold */
  readonly says: RegExp
  /** other files of the project */
  readonly files?: (project: Project) => void
  readonly args?: ReadonlyArray<string>
  /** the message has no place in a file */
  readonly hasNoPlace?: true
}

/** A model folder that is good but for what `spoil` does to it. */
const spoiled = (spoil: (folder: string) => void) => (project: Project): void => {
  const folder = join(project.root, "model")
  cpSync(teacherFolder, folder, { recursive: true })
  spoil(folder)
}
const spoiledWeights = (spoil: (bytes: Buffer) => Buffer) => spoiled((folder) => {
  const path = join(folder, "model.safetensors")
  writeFileSync(path, spoil(readFileSync(path)))
})
const headerOf = (bytes: Buffer): Record<string, { dtype: string; shape: Array<number>; data_offsets: [number, number] }> =>
  JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString("utf8"))
const withHeader = (change: (header: ReturnType<typeof headerOf>) => void) => spoiledWeights((bytes) => {
  const header = headerOf(bytes)
  change(header)
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)))])
})
const firstTensor = (header: ReturnType<typeof headerOf>) => Object.entries(header).find(([name]) => name !== "__metadata__")![1]
const ofModel = specText({ student: "{ model: ./model }" })

const ratio = (value: string): Case => ({
  spec: specText({ sequence: `{ truncate: { ratio: ${value} } }` }), says: /^spec\.yaml:\d+:\d+ .*ratio/imu
})
const ratioAxis = (value: string): Case => ({
  spec: specText({ grid: ratioGrid(`[0.5, ${value}]`) }), says: /^spec\.yaml:\d+:\d+ /mu
})

const cases: Readonly<Record<string, Case>> = {
  "unknown key": { spec: specText({ colour: "red" }), says: /unknown-key/u },
  "misspelt key": { spec: specText({ train: "{ steps: 4, learningrate: 1e-3, batch: { sequences: 4 } }" }), says: /Did you mean `learningRate`/u },
  "misspelt section": { spec: specText({ studnet: "1" }), says: /Did you mean `student`/u },
  "wrong type": { spec: specText({ train: "{ steps: many, learningRate: 1e-3, batch: { sequences: 4 } }" }), says: /wrong-type/u },
  "two budgets": { spec: specText({ train: "{ steps: 4, epochs: 1, learningRate: 1e-3, batch: { sequences: 4 } }" }), says: /conflict/u },
  "ratio 0": ratio("0"),
  "ratio -3": ratio("-3"),
  "ratio 1.5": ratio("1.5"),
  "ratio NaN": ratio(".nan"),
  "ratio null": ratio("null"),
  "ratio []": ratio("[]"),
  "ratio banana": ratio("banana"),
  "ratio 0 on an axis": ratioAxis("0"),
  "ratio 1.5 on an axis": ratioAxis("1.5"),
  "ratio banana on an axis": ratioAxis("banana"),
  "empty axis": { spec: specText({ grid: ratioGrid("[]") }), says: /empty-axis/u },
  "unknown axis": { spec: specText({ grid: "\n  - product:\n      sequence.truncate.ration: [0.5]" }), says: /did you mean `sequence\.truncate\.ratio`/iu },
  "two axes on one path": {
    spec: specText({ grid: "\n  - product:\n      train.learningRate: [1e-3, 2e-3]\n    zip:\n      train.learningRate: [1e-3, 2e-3]\n      train.steps: [1, 2]" }),
    says: /axis-twice/u
  },
  "a zip of unequal lengths": { spec: specText({ grid: "\n  - zip:\n      train.learningRate: [1e-3, 2e-3]\n      train.steps: [1]" }), says: /zip-lengths/u },
  "duplicate YAML key": { spec: `${specText()}experiment: twice\n`, says: /duplicate-key/u },
  "empty file": { spec: "", says: /empty-file/u },
  "a list for a map": { spec: specText({ data: "[chain-arithmetic]" }), says: /wrong-type/u },
  "a list for the whole": { spec: "- a\n", says: /wrong-type/u },
  "YAML that is none": { spec: "experiment: [\n", says: /yaml-syntax/u },
  "bytes that are no text": { spec: Uint8Array.of(0x65, 0xe9, 0x0a), says: /not-utf8/u },
  "a grid with nothing left": {
    spec: specText({ grid: `${ratioGrid("[0.5, 0.6]")}\n    exclude: [{ sequence.truncate.ratio: [0.5, 0.6] }]` }), says: /empty-grid/u
  },
  "only cells with nothing to supervise": {
    spec: specText({ grid: "\n  - product:\n      sequence.truncate.ratio: [0.01, 0.02]\n      sequence.supervise: [[answer]]" }), says: /nothing to supervise/u
  },
  "an alias bomb": {
    spec: `${specText()}x-a: &a [x, x, x, x, x, x, x, x, x, x]\n${
      "bcdefghij".split("").map((name, i) => `x-${name}: &${name} [${Array<string>(10).fill(`*${"abcdefghij"[i]}`).join(", ")}]\n`).join("")}`,
    says: /too-many-values|yaml-syntax/u
  },
  "10 MB": { spec: `${specText()}# ${"x".repeat(10_000_000)}\n`, says: /too-large/u },
  "depth 10,000": { spec: `${specText()}x-deep: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`, says: /too-deep/u },
  "__proto__": { spec: `${specText()}__proto__: { polluted: true }\n`, says: /forbidden-key/u },
  "cyclic extends": {
    spec: `extends: ./other.yaml\n${specText()}`, says: /extends-cycle/u,
    files: (project) => void project.write("other.yaml", "extends: ./spec.yaml\n")
  },
  "a missing file to extend": { spec: `extends: ./nowhere.yaml\n${specText()}`, says: /nowhere\.yaml/u },
  "a missing student folder": { spec: specText({ student: "{ model: ./nowhere }" }), says: /no folder .*nowhere/u },
  "a missing spec to train": { spec: specText({ student: "{ train: ./nowhere.yaml }" }), says: /nowhere\.yaml/u },
  "a spec that trains by way of itself": { spec: specText({ student: "{ train: ./spec.yaml }" }), says: /by way of itself/u },
  "an unset variable": { spec: specText({ description: "${env-public:NOT_SET_HERE}" }), says: /unset-variable/u },
  "an unknown plugin": { spec: specText({ data: "{ source: chain-arithmetik, train: 40, validation: 8 }" }), says: /Did you mean "chain-arithmetic"/u },
  "an unknown option of a plugin": {
    spec: specText({ data: "{ source: chain-arithmetic, options: { stile: late }, train: 40, validation: 8 }" }), says: /bad-options/u
  },
  "a loss without a teacher": { spec: specText({ loss: "{ distil: forward-kl }" }), says: /conflict/u },
  "an unknown engine": { spec: specText({ engine: "abacus" }), says: /engine/u },
  "a baseline with no cell": { spec: specText({ grid: ratioGrid("[0.5, 0.6]"), baseline: "{ matched: { sequence.truncate.ratio: 1.0 } }" }), says: /0 baselines/u },
  "a baseline with two cells": {
    spec: specText({
      grid: "\n  - product:\n      sequence.truncate.ratio: [0.5, 1.0]\n      train.learningRate: [1e-3, 2e-3]",
      baseline: "{ reference: { sequence.truncate.ratio: 1.0 } }"
    }).replace("reference: {", "reference: { train.learningRate: [1e-3, 2e-3],"),
    says: /baseline/u
  },
  "a baseline that is left out": {
    spec: specText({
      grid: "\n  - product:\n      sequence.truncate.ratio: [0.02, 1.0]\n      sequence.supervise: [[answer]]",
      baseline: "{ matched: { sequence.truncate.ratio: 0.02 } }"
    }),
    says: /the baseline of .* is left out/u
  },
  "a vocabulary of another size": {
    spec: specText({
      student: JSON.stringify({ init: { ...smallModel, vocab_size: smallModel.vocab_size + 7 }, seed: 1, tokenizer: "tiny/tokenizer" }),
      teacher: "{ model: tiny/teacher }", loss: "{ distil: forward-kl }"
    }),
    says: /vocabulary-mismatch .*teacher's vocabulary has 33 tokens, the student's 40/u
  },
  "a vocabulary of other words": {
    spec: specText({ teacher: "{ model: ./model }", loss: "{ distil: forward-kl }" }), says: /different tokenizers/u,
    files: spoiled((folder) => {
      const path = join(folder, "tokenizer.json")
      writeFileSync(path, readFileSync(path, "utf8").replace('"+"', '"%"'))
    })
  },
  "a model smaller than its tokenizer": {
    spec: specText({ student: JSON.stringify({ init: { ...smallModel, vocab_size: 5 }, seed: 1, tokenizer: "tiny/tokenizer" }) }),
    says: /vocabulary-mismatch/u
  },
  "weights cut short": { spec: ofModel, says: /safetensors/u, files: spoiledWeights((bytes) => bytes.subarray(0, bytes.length - 1000)) },
  "weights cut in the header": { spec: ofModel, says: /safetensors/u, files: spoiledWeights((bytes) => bytes.subarray(0, 40)) },
  "weights without a byte": { spec: ofModel, says: /safetensors/u, files: spoiledWeights(() => Buffer.alloc(0)) },
  "weights with more bytes than they name": {
    spec: ofModel, says: /safetensors/u, files: spoiledWeights((bytes) => Buffer.concat([bytes, Buffer.alloc(4096)]))
  },
  "a header of 2^62 bytes": {
    spec: ofModel, says: /safetensors/u,
    files: spoiledWeights((bytes) => {
      const lying = Buffer.from(bytes)
      lying.writeBigUInt64LE(2n ** 62n)
      return lying
    })
  },
  "a header that is no JSON": {
    spec: ofModel, says: /safetensors/u,
    files: spoiledWeights((bytes) => {
      const lying = Buffer.from(bytes)
      lying.write("}{", 8)
      return lying
    })
  },
  "a header with a lying shape": { spec: ofModel, says: /safetensors/u, files: withHeader((header) => firstTensor(header).shape.push(2)) },
  "a header with an endless shape": { spec: ofModel, says: /safetensors/u, files: withHeader((header) => { firstTensor(header).shape = [2 ** 40, 2 ** 40] }) },
  "a header with offsets beyond the end": { spec: ofModel, says: /safetensors/u, files: withHeader((header) => { firstTensor(header).data_offsets[1] = 2 ** 50 }) },
  "a header with offsets before the start": { spec: ofModel, says: /safetensors/u, files: withHeader((header) => { firstTensor(header).data_offsets[0] = -4 }) },
  "tensors that overlap": {
    spec: ofModel, says: /safetensors/u,
    files: withHeader((header) => {
      const [first, second] = Object.entries(header).filter(([name]) => name !== "__metadata__").map(([, tensor]) => tensor)
      second!.data_offsets = [first!.data_offsets[0], first!.data_offsets[0] + second!.data_offsets[1] - second!.data_offsets[0]]
    })
  },
  "a tensor that is not there": { spec: ofModel, says: /safetensors/u, files: withHeader((header) => { delete header["model.layers.0.self_attn.q_proj.weight"] }) },
  "weights of another model": {
    spec: ofModel, says: /shape|expected/u,
    files: spoiled((folder) => {
      const path = join(folder, "config.json")
      writeFileSync(path, readFileSync(path, "utf8").replace(/"hidden_size": *\d+/u, '"hidden_size": 64'))
    })
  },
  "a config that lies about its type": {
    spec: ofModel, says: /bad-model/u,
    files: spoiled((folder) => writeFileSync(join(folder, "config.json"), readFileSync(join(folder, "config.json"), "utf8").replace(/"num_hidden_layers": *\d+/u, '"num_hidden_layers": "four"')))
  },
  "a config of 2 MB": { spec: ofModel, says: /larger than/u, files: spoiled((folder) => writeFileSync(join(folder, "config.json"), `{"a":"${"x".repeat(2e6)}"}`)) },
  "an unsupported architecture": {
    spec: ofModel, says: /bert/u,
    files: spoiled((folder) => writeFileSync(join(folder, "config.json"), readFileSync(join(folder, "config.json"), "utf8").replace('"llama"', '"bert"')))
  },
  "a pickle for weights": {
    spec: specText({ student: "{ model: ./model }" }), says: /no \.safetensors/u,
    files: (project) => {
      mkdirSync(join(project.root, "model"))
      writeFileSync(join(project.root, "model", "config.json"), "{}")
      writeFileSync(join(project.root, "model", "pytorch_model.bin"), "x")
    }
  },
  "10 million cells": {
    spec: specText({
      grid: `\n  - product:\n${["train.learningRate", "train.steps", "train.batch.sequences", "data.seed", "data.train", "data.validation", "train.batch.microTokens"].map((path) =>
        `      ${path}: [${Array.from({ length: 10 }, (_, i) => path === "train.learningRate" ? `${i + 1}e-4` : path === "train.batch.microTokens" ? 4096 + i : i + 1).join(", ")}]`).join("\n")}`
    }),
    says: /grid-too-large .*10,?000,?000/u
  },
  "GPUs that are not there": { spec: specText({ resources: "{ gpus: 4096 }" }), says: /bad-resources .*4096 NVIDIA GPUs are asked for/u },
  "--set without a value": { spec: specText(), says: /bad-override/u, args: ["--set", "train.steps"] },
  "--set of a misspelt field": { spec: specText(), says: /--set:\d+:\d+ .*unknown-key/u, args: ["--set", "train.stepz=3"] },
  "--set of a wrong type": { spec: specText(), says: /wrong-type/u, args: ["--set", "train.steps=banana"] }
}

const commands = ["check", "plan", "run"] as const
const located = /^(spec\.yaml|other\.yaml|--set|nowhere\.yaml):\d+:\d+ {2}[a-z0-9-]+ {2}\S/mu

const assertRefused = ({ code, seconds, stderr, stdout }: Ended, one: Case): void => {
  assert.strictEqual(code, 2, `exit code; it said:\n${stdout}${stderr}`)
  assert.match(stderr, one.says)
  if (one.hasNoPlace === undefined) assert.match(stderr, located)
  assert.notMatch(stderr, /\n\s+at .*[:(]/u, "a stack trace")
  assert.notMatch(stderr, /fault of its own/u)
  assert.strictEqual(stdout, "")
  assert.isBelow(stderr.length, 5000)
  assert.isBelow(seconds, 20)
}

describe("bad input", () => {
  let installation: Installation
  beforeAll(async () => { installation = await install() })
  afterAll(() => installation.remove())

  describe("a spec", { concurrent: true }, () => {
    for (const [index, [name, one]] of Object.entries(cases).entries()) {
      it(name, async () => {
        const project = installation.project(`case-${index}`)
        project.write("spec.yaml", one.spec)
        one.files?.(project)
        // Every command reads a spec by the same road: each case takes `check`, and two of three another one as well.
        for (const command of ["check", ...index % 3 === 0 ? [] : [commands[index % 3]!]]) {
          assertRefused(await project.run([command, "spec.yaml", ...one.args ?? []]), one)
          assert.isFalse(existsSync(join(project.root, ".leadspan")), "something was written")
        }
      })
    }
  })

  it("a missing spec", async () => {
    const project = installation.project("missing")
    for (const command of commands) {
      const { code, stderr } = await project.run([command, "nowhere.yaml"])
      assert.strictEqual(code, 2)
      assert.match(stderr, /^nowhere\.yaml:1:1 {2}missing-file/u)
    }
    assert.deepStrictEqual(project.kept(), [])
  })

  it("every problem at once", async () => {
    const project = installation.project("many")
    project.write("spec.yaml", specText({ colour: "red", train: "{ steps: many, learningrate: 1, batch: 3 }", sequence: "{ truncate: { ratio: 7 } }" }))
    const { code, stderr } = await project.run(["run", "spec.yaml"])
    assert.strictEqual(code, 2)
    for (const says of [/colour/u, /steps/u, /learningrate/u, /batch/u, /ratio/u]) assert.match(stderr, says)
    assert.match(stderr, /\^/u)
  })

  it("a good spec beside a state of another version is refused in one sentence", async () => {
    const project = installation.project("version")
    project.write("spec.yaml", specText())
    project.write(".leadspan/format.json", '{"format": 2}\n')
    const before = project.kept()
    for (const args of [["check", "spec.yaml"], ["plan", "spec.yaml"], ["run", "spec.yaml"], ["status"], ["report", "small"], ["sync"]]) {
      const { code, stderr } = await project.run(args)
      assert.strictEqual(code, 2, args.join(" "))
      assert.match(stderr, /^leadspan: \S*\.leadspan\/format\.json has format 2, this Leadspan reads format 1: [^\n]+\n$/u)
    }
    assert.deepStrictEqual(project.kept(), before)
  })

  it("a state that says nothing of its version is refused, too", async () => {
    const project = installation.project("no-version")
    project.write("spec.yaml", specText())
    project.write(".leadspan/format.json", "hello")
    const { code, stderr } = await project.run(["check", "spec.yaml"])
    assert.strictEqual(code, 2)
    assert.match(stderr, /format\.json has format that it does not name/u)
  })

  it("misuse of the command line", async () => {
    const project = installation.project("misuse")
    project.write("spec.yaml", specText())
    const unknown = await project.run(["plam", "spec.yaml"])
    assert.strictEqual(unknown.code, 1)
    const hours = await project.run(["run", "spec.yaml", "--max-hours", "-1"])
    assert.strictEqual(hours.code, 2)
    assert.match(hours.stderr, /--max-hours -1: expected a number above 0/u)
    const selector = await project.run(["run", "spec.yaml", "--only", "colour=red"])
    assert.strictEqual(selector.code, 2)
    assert.match(selector.stderr, /names no axis of the grid/u)
    const nothingRan = await project.run(["report", "nowhere"])
    assert.strictEqual(nothingRan.code, 2)
    assert.match(nothingRan.stderr, /no experiment `nowhere` has been run/u)
  })

  it("a linked folder as the project", async () => {
    const project = installation.project("linked")
    project.write("spec.yaml", specText({ colour: "red" }))
    symlinkSync(project.root, join(installation.folder, "link"))
    const { code } = await installation.project("link").run(["check", "spec.yaml"])
    assert.strictEqual(code, 2)
    assert.deepStrictEqual(project.kept(), [])
  })
})
