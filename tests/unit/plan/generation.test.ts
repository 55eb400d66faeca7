/** What is asked of students: thought budgets as an axis, and servers in place of the engine. */
import { assert, describe, it } from "vitest"
import type { Plan } from "../../../framework/plan/make-plan.ts"
import { idsOf, planOf } from "./plans.ts"

const works = (plan: Plan) => plan.steps.flatMap(({ work }) => work.kind === "generate" ? [work] : [])
const budgetAxis = (values: string) => ({ grid: `[{ product: { evaluate.0.thoughtTokens: ${values} } }]` })

describe("thought budgets as an axis", () => {
  it("one trial, one generation for all budgets, a score for each", async () => {
    const plan = await planOf(budgetAxis("[20, [40, 20], 80]"))
    assert.deepStrictEqual(["train", "generate", "score"].map((kind) => idsOf(plan, kind as "train").length), [1, 1, 3])
    assert.deepStrictEqual(plan.recorded.cells.map(({ name, status }) => `${name} ${status}`),
      ["thoughtTokens=20 distinct", "thoughtTokens=40+20 distinct", "thoughtTokens=80 distinct"])
    assert.deepStrictEqual(works(plan)[0]!.sampling.forced!.thoughtTokens, [20, 40, 80])
    assert.deepStrictEqual(plan.steps.flatMap(({ work }) => work.kind === "score" ? [work.budgets] : []), [[20], [40, 20], [80]])
  })
  it("a single budget is generated and scored as it ever was", async () => {
    const usual = await planOf()
    const axis = await planOf(budgetAxis("[40, [40]]"))
    for (const kind of ["generate", "score"] as const) assert.includeMembers([...idsOf(usual, kind)], [...idsOf(axis, kind)])
    assert.deepStrictEqual(axis.recorded.cells.map(({ status }) => status), ["distinct"])
  })
  it("what else differs is generated apart", async () => {
    const plan = await planOf({ grid: "[{ product: { evaluate.0.thoughtTokens: [20, 40], evaluate.0.maxTokens: [50, 60] } }]" })
    assert.deepStrictEqual(works(plan).map(({ sampling }) => [sampling.maxTokens, sampling.forced!.thoughtTokens]), [[50, [20, 40]], [60, [20, 40]]])
  })
})

describe("a server in place of the engine", () => {
  const via = (fields: string) => ({ evaluate: `[{ benchmark: chain-arithmetic, items: 5, thoughtTokens: [40], via: { ${fields} } }]` })
  const server = "openai: \"http://127.0.0.1:8000/v1\", engine: vllm 0.11.0"
  const generateIds = async (...given: Parameters<typeof planOf>) => idsOf(await planOf(...given), "generate")

  it("leaves trials alone and is part of what is generated", async () => {
    assert.deepStrictEqual(idsOf(await planOf(via(server)), "train"), idsOf(await planOf(), "train"))
    assert.notDeepEqual(await generateIds(via(server)), await generateIds())
  })
  const same: Readonly<Record<string, string>> = {
    "its address": "openai: \"https://elsewhere.example/v1\", engine: vllm 0.11.0",
    "the spelling of its engine": "openai: \"http://127.0.0.1:8000/v1\", engine: vLLM 0.11.0",
    "patience and concurrency": `${server}, retries: 1, timeoutSeconds: 5, concurrency: 3`,
    "who starts it": "openai: \"http://127.0.0.1:{port}/v1\", engine: vllm 0.11.0, serve: [vllm, \"{folder}\", \"{port}\"]"
  }
  for (const [what, fields] of Object.entries(same)) {
    it(`not by ${what}`, async () => assert.deepStrictEqual(await generateIds(via(fields)), await generateIds(via(server))))
  }
  it("nor by how many sequences the engine would take together", async () => {
    assert.deepStrictEqual(await generateIds(via(server), ["evaluate.0.batch=7"]), await generateIds(via(server)))
  })
  for (const [what, fields] of Object.entries({
    "its version": server.replace("0.11.0", "0.11.1"), "fields of a request": `${server}, request: { top_k: 5 }`, "how prompts are sent": `${server}, prompt: tokens`
  })) {
    it(`but by ${what}`, async () => {
      const usual = await generateIds(via(server))
      assert.isTrue((await generateIds(via(fields))).every((id) => !usual.includes(id)))
    })
  }
  it("a name that is given counts for the untrained models, never for a trained one", async () => {
    const usual = await planOf(via(server))
    const named = await planOf(via(`${server}, model: { student: base-v1, teacher: big }`))
    assert.deepStrictEqual(works(named).map(({ via: one }) => one!.name), [works(usual)[0]!.via!.name, "base-v1", "big"])
    assert.match(works(named)[0]!.via!.name, /^leadspan-[0-9a-f]{12}$/u)
    assert.strictEqual(works(named)[0]!.via!.name, `leadspan-${idsOf(usual, "train")[0]!.slice(0, 12)}`)
    const [trained, ...others] = idsOf(named, "generate")
    assert.strictEqual(trained, idsOf(usual, "generate")[0])
    assert.isTrue(others.every((id) => !idsOf(usual, "generate").includes(id)))
  })
})
