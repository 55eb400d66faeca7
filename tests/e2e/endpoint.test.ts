/** A real run whose students are asked at a server that speaks OpenAI's completions: found, refused, killed, gone on with, started by Leadspan. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type AnsweringServer, completion, startCompletions } from "../fixtures/servers/completions.mjs"
import { type Installation, install, type Project, repository, specText } from "./installed.ts"
import { processesOf, recordsOf, stateOf, waitUntil } from "./small-experiment.ts"

let installation: Installation
beforeAll(async () => { installation = await install() }, 120_000)
afterAll(() => installation.remove())

const items = 24
const spec = (via: string): string => specText({
  evaluate: `\n  - benchmark: chain-arithmetic\n    items: ${items}\n    thoughtTokens: [8, 4]\n    maxTokens: 40\n    via: ${via}`,
  resources: "{ slots: 1, retries: 1 }"
})
const words = (body: { readonly seed: number; readonly max_tokens: number }): string => {
  const digits = String(body.seed % 100).padStart(2, "0")
  return body.max_tokens <= 3 ? digits : `D1+2=03A${digits}>A${digits}$A99`
}

/** Which step is asked for, and its kept output. */
const generation = (project: Project): { readonly id: string; readonly outputs: string; readonly server: Record<string, unknown> } => {
  const state = [...stateOf(project).steps.values()].find(({ kind }) => kind === "generate")!
  const folder = join(project.root, ".leadspan/store/steps", state.step)
  return {
    id: state.step, outputs: readFileSync(join(folder, "outputs.jsonl"), "utf8"),
    server: JSON.parse(readFileSync(join(folder, "server.json"), "utf8")) as Record<string, unknown>
  }
}
const trialOf = (project: Project): string => [...stateOf(project).steps.values()].find(({ kind }) => kind === "train")!.step
const failures = (project: Project): ReadonlyArray<string> => recordsOf(project).flatMap(({ body }) => body.type === "failed" ? [body.message] : [])

describe("an evaluation at a server", () => {
  it("says what to serve, is answered, loses what was in flight at most, and keeps its key to itself", async () => {
    let served = "gpt-oss"
    let isSlow = false
    let server: AnsweringServer | null = null
    const key = "sk-very-secret-1234"
    try {
      server = await startCompletions({
        models: () => ({ status: 200, body: JSON.stringify({ data: [{ id: served, owned_by: "vllm" }] }) }), version: "0.11.2+cu129",
        answer: async ({ body, count }) => {
          if (isSlow) await new Promise((resolve) => setTimeout(resolve, 150))
          return count % 7 === 0 ? { status: 500, body: "a fault that passes" } : completion(words(body))
        }
      })
      const project = installation.project("endpoint")
      project.write("spec.yaml", spec(`{ openai: "${server.address}", engine: vllm 0.11, apiKey: "\${env:SERVER_KEY}", concurrency: 2 }`))
      const run = () => project.start(["run", "spec.yaml"], { SERVER_KEY: key })

      const refused = await run().ended
      assert.strictEqual(refused.code, 1, refused.stdout + refused.stderr)
      const name = `leadspan-${trialOf(project).slice(0, 12)}`
      assert.match(refused.stdout, new RegExp(`model-not-served  Found \`gpt-oss\`, expected \`${name}\`, the model in .*vllm serve .* --served-model-name ${name}`, "u"))
      assert.strictEqual(server.requests.length, 0)

      served = name
      isSlow = true
      const killed = run()
      await waitUntil("some items are answered", () => server!.requests.length >= 20 || killed.process.exitCode !== null, 120)
      assert.isNull(killed.process.exitCode, killed.output())
      killed.process.kill("SIGKILL")
      await killed.ended
      const before = server.requests.length
      isSlow = false
      const { code, stderr, stdout } = await run().ended
      assert.strictEqual(code, 0, stdout + stderr)
      const { outputs, server: kept } = generation(project)
      const lines = outputs.trim().split("\n").map((line) => JSON.parse(line) as { item: string; forced: ReadonlyArray<unknown> })
      assert.strictEqual(new Set(lines.map(({ item }) => item)).size, items)
      assert.deepStrictEqual([kept["engine"], kept["model"], kept["version"]], ["vllm 0.11", name, "0.11.2+cu129"])
      // Three requests an item, a seventh of them twice; two items were in flight when it was killed.
      const answered = server.requests.length - Math.floor(server.requests.length / 7)
      assert.isAtMost(answered, 3 * (items + 2))
      assert.isAtLeast(before, 20)
      assert.isAtMost(server.mostInFlight(), 2 + 2)
      assert.isTrue(server.requests.every(({ authorization }) => authorization === `Bearer ${key}`))
      assert.notInclude(stdout + stderr + refused.stdout, key)
      assert.notInclude(JSON.stringify(recordsOf(project)), key)
      for (const { body } of recordsOf(project)) if (body.type === "plan") assert.notInclude(readFileSync(join(project.root, ".leadspan/store/objects", body.object), "utf8"), key)

      const undisturbed = installation.project("undisturbed")
      undisturbed.write("spec.yaml", spec(`{ openai: "${server.address}", engine: vLLM 0.11, concurrency: 5 }`))
      const again = await undisturbed.run(["run", "spec.yaml"])
      assert.strictEqual(again.code, 0, again.stdout + again.stderr)
      // Neither address, key, concurrency nor kills are part of what it is, nor of what it says.
      assert.strictEqual(generation(undisturbed).id, generation(project).id)
      assert.strictEqual(generation(undisturbed).outputs, outputs)
    } finally {
      await server?.close()
    }
  }, 300_000)

  it("another version than the declared one is refused, and nothing is asked of it", async () => {
    const project = installation.project("contradicted")
    let name = ""
    const server = await startCompletions({
      models: () => ({ status: 200, body: JSON.stringify({ data: [{ id: name, owned_by: "vllm" }] }) }), version: "0.10.1", answer: () => completion("1")
    })
    try {
      project.write("spec.yaml", spec(`{ openai: "${server.address}", engine: vllm 0.11 }`))
      await project.run(["run", "spec.yaml"])
      name = `leadspan-${trialOf(project).slice(0, 12)}`
      const { code, stdout } = await project.run(["run", "spec.yaml"])
      assert.strictEqual(code, 1)
      assert.match(stdout, /engine-contradicts {2}Found vllm 0\.10\.1, expected `vllm 0\.11`/u)
      assert.strictEqual(server.requests.length, 0)
    } finally {
      await server.close()
    }
  }, 120_000)
})

describe("a server that Leadspan starts", () => {
  const program = join(repository, "tests/fixtures/servers/completions.mjs")
  const serve = (...more: ReadonlyArray<string>): string =>
    JSON.stringify([process.execPath, program, "--port", "{port}", "--name", "{name}", "--folder", "{folder}", ...more])

  it("serves each student and is gone afterwards, with all its children", async () => {
    const project = installation.project("served")
    project.write("spec.yaml", spec(`{ openai: "http://127.0.0.1:{port}/v1", engine: test 1, serve: ${serve()} }`)
      .replace("resources:", "grid: [{ product: { train.learningRate: [1e-3, 2e-3] } }]\nresources:"))
    const { code, stderr, stdout } = await project.run(["run", "spec.yaml"])
    assert.strictEqual(code, 0, stdout + stderr)
    const models = [...stateOf(project).steps.values()].filter(({ kind }) => kind === "generate").map(({ step }) =>
      (JSON.parse(readFileSync(join(project.root, ".leadspan/store/steps", step, "server.json"), "utf8")) as { model: string }).model)
    assert.strictEqual(new Set(models).size, 2)
    assert.deepStrictEqual(processesOf(program), [])
  }, 120_000)

  it("that crashes, or never comes up, is told with its last words", async () => {
    for (const [how, text] of [
      ["--crash", /server-failed {2}Found its end by exit code 3; it said: CUDA error: out of memory, expected a server at http:\/\/127\.0\.0\.1:\d+\/v1/u],
      ["--never", /server-failed {2}Found no such model within 2 s \(ECONNREFUSED\); it said: nothing/u]
    ] as const) {
      const project = installation.project(`fails${how}`)
      project.write("spec.yaml", spec(`{ openai: "http://127.0.0.1:{port}/v1", engine: test 1, startSeconds: 2, serve: ${serve(how)} }`))
      const { code, stdout } = await project.run(["run", "spec.yaml"])
      assert.strictEqual(code, 1)
      assert.match(stdout, text)
      assert.strictEqual(failures(project).length, 1)
      assert.deepStrictEqual(processesOf(program), [])
    }
  }, 120_000)
})
