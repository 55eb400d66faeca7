import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { expect } from "vitest"
import { toYaml } from "../../../framework/spec/to-yaml.ts"
import { codesOf, loadText, messageOf, minimal } from "./files.ts"

const environment = { TOKEN: "hunter2-secret", PUBLIC_STEPS: "12", HOST: "example.org", WRONG: "hunter2-secret" }

describe("the environment", () => {
  it.effect("a secret reaches the tracking address, and is shown as its name", () =>
    Effect.gen(function* () {
      const loaded = yield* loadText(
        `${minimal}tracking:\n  uri: https://me:\${env:TOKEN}@\${env-public:HOST}/mlflow\n`,
        {},
        [],
        environment
      )
      assert.strictEqual(Redacted.value(loaded.spec.tracking.uri!), "https://me:hunter2-secret@example.org/mlflow")
      assert.notInclude(toYaml(loaded), "hunter2")
      assert.notInclude(JSON.stringify(loaded.spec), "hunter2")
      assert.strictEqual(loaded.redact("401 for hunter2-secret"), "401 for [redacted]")
      assert.notInclude(
        loaded.issueAt("tracking.uri", "not-supported", "no answer from hunter2-secret").message,
        "hunter2"
      )
    })
  )
  it.effect("a public one is a value like any", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(
        minimal.replace("steps: 10", 'steps: "${env-public:PUBLIC_STEPS}"'),
        {},
        [],
        environment
      )
      assert.strictEqual(spec.train.steps, 12)
    })
  )
  it("a secret is refused wherever results are recorded, also through a reference", async () => {
    expect(
      await messageOf(
        `${minimal}x-t: \${env:TOKEN}\ndescription: \${env:TOKEN}\nengine: a-\${x-t}\nloss: { options: { key: "\${x-t}" } }\n`,
        {},
        [],
        environment
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:6:14  secret-not-allowed  description: \`\${env:NAME}\` is a secret, and this field is recorded with the results
        6 | description: \${env:TOKEN}
          |              ^^^^^^^^^^^^ Use \`\${env-public:NAME}\` if the value may be seen.  docs/spec.md#description

      spec.yaml:7:9  secret-not-allowed  engine: \`\${env:NAME}\` is a secret, and this field is recorded with the results
        7 | engine: a-\${x-t}
          |         ^^^^^^^^ Use \`\${env-public:NAME}\` if the value may be seen.  docs/spec.md#engine

      spec.yaml:8:25  secret-not-allowed  loss.options.key: \`\${env:NAME}\` is a secret, and this field is recorded with the results
        8 | loss: { options: { key: "\${x-t}" } }
          |                         ^^^^^^^^ Use \`\${env-public:NAME}\` if the value may be seen.  docs/spec.md#loss"
    `)
    expect(
      await codesOf(
        `${minimal}grid: [{ product: { data.source: ["\${env:TOKEN}"] } }]\n`,
        {},
        ["tracking.experimentName=${env:TOKEN}"],
        environment
      )
    ).toEqual(["5:35 secret-not-allowed", "1:25 secret-not-allowed"])
  })
  it.effect("a secret reaches a server's key, and is shown as its name", () =>
    Effect.gen(function* () {
      const loaded = yield* loadText(
        `${minimal}evaluate:\n  - { benchmark: b, items: 1, thoughtTokens: 1, via: { openai: "http://h/v1", engine: v 1, apiKey: "\${env:TOKEN}" } }\n`,
        {},
        [],
        environment
      )
      assert.strictEqual(Redacted.value(loaded.spec.evaluate[0]!.via!.apiKey!), "hunter2-secret")
      assert.notInclude(toYaml(loaded), "hunter2")
      assert.notInclude(JSON.stringify(loaded.spec), "hunter2")
      assert.notInclude(JSON.stringify(loaded.base), "hunter2")
    })
  )
  it("a server's key is neither written out nor an axis, and its address holds none", async () => {
    const via = (fields: string) => `{ benchmark: b, items: 1, thoughtTokens: 1, via: { engine: v 1, ${fields} } }`
    const message = await messageOf(
      `${minimal}evaluate:\n  - ${via('openai: "http://h/v1", apiKey: sk-written')}\n  - ${via('openai: "http://me:pw-written@h/v1"')}\n` +
        `grid:\n  - product:\n      evaluate.0.via.apiKey:\n        - sk-axis\n        - \${env:TOKEN}\n`,
      {},
      [],
      environment
    )
    assert.notMatch(message, /sk-written|sk-axis|hunter2|pw-written/u)
    expect(message.match(/secret-\S+|out-of-range/gu)?.sort()).toEqual(
      ["out-of-range", "secret-not-allowed", "secret-written-out", "secret-written-out"])
  })
  it("no secret in any error text", async () => {
    const texts = [
      `${minimal}score: \${env:WRONG}\n`,
      `${minimal}tracking: { uri: ["\${env:WRONG}"] }\n`,
      `${minimal}tracking: { uri: { a: "\${env:WRONG}" } }\n`,
      minimal.replace("steps: 10", 'steps: "${env:WRONG}"'),
      minimal.replace("minimal", "${env:WRONG}"),
      `${minimal}seeds: \${env:WRONG}\n`,
      `${minimal}grid: [{ product: { sequence.truncate.ratio: ["\${env:WRONG}"] } }]\n`,
      `${minimal}sequence: { supervise: ["\${env:WRONG}"] }\n`,
      `${minimal}baseline: { matched: { loss.weight: { gt: "\${env:WRONG}" } } }\n`
    ]
    for (const text of texts) expect(await messageOf(text, {}, [], environment), text).not.toContain("hunter2")
    const written = await messageOf(`${minimal}tracking: { uri: "https://me:hunter2@host", urii: 1 }\n`)
    expect(written).not.toContain("hunter2")
    expect(written).toContain("https://**********@host")
  })
  it("unset, or no name", async () => {
    expect(await messageOf(`${minimal}tracking:\n  uri: \${env:MISSING}\n`)).toMatchInlineSnapshot(`
      "spec.yaml:6:8  unset-variable  tracking.uri: the environment variable \`MISSING\` is not set
        6 |   uri: \${env:MISSING}
          |        ^^^^^^^^^^^^^^ Run \`export MISSING=...\` first.  docs/spec.md#tracking"
    `)
    expect(await codesOf(`${minimal}tracking:\n  uri: \${env:}\n`)).toEqual(["6:8 bad-reference"])
  })
})
