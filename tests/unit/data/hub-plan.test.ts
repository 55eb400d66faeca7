/** A data set of the hub in a plan: fetched once, known by its commit. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import plugin from "../../../plugins/datasets/chain-arithmetic.ts"
import { optionsOf } from "../datasets/options.ts"
import { idsOf, planOf } from "../plan/plans.ts"
import { commit, type HubServer, startHub } from "../sources/hub-server.ts"

const records = [...plugin.records({ split: "train", count: 120, seed: 0 }, optionsOf(plugin, {}))]
  .map(({ answer, cot, prompt }) => ({ prompt, cot, answer }))
const lines = (part: ReadonlyArray<object>) => Buffer.from(part.map((record) => `${JSON.stringify(record)}\n`).join(""))
const base = { teacher: undefined, loss: undefined, evaluate: undefined }

describe("data of the hub in a plan", () => {
  let hub: HubServer
  const cache = mkdtempSync(join(tmpdir(), "leadspan-hub-"))
  const names = ["HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE"]
  const before = names.map((name) => process.env[name])
  beforeAll(async () => {
    hub = await startHub({ "train-00000.jsonl": lines(records.slice(0, 60)), "train-00001.jsonl": lines(records.slice(60)), "README.md": Buffer.from("#") })
    Object.assign(process.env, { HF_ENDPOINT: hub.address, HF_HOME: cache, HF_HUB_CACHE: join(cache, "hub") })
  })
  afterAll(async () => {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) delete process.env[name]
      else process.env[name] = before[i]
    }
    await hub.close()
    rmSync(cache, { recursive: true })
  })

  it("is planned by a branch or by its commit, as one", async () => {
    const at = (revision: string) => planOf({ ...base, data: `{ source: "hf:org/name", revision: ${revision}, train: 80, validation: 5 }` })
    const main = await at("main")
    assert.deepStrictEqual([main.recorded.data.train, main.recorded.data.validation, main.recorded.data.format?.name], [80, 5, "plain"])
    assert.strictEqual(main.recorded.data.tally!.train.read, 120)
    const pinned = await at(`"${commit}"`)
    assert.deepStrictEqual(idsOf(pinned, "train"), idsOf(main, "train"))
    assert.isTrue(hub.asked.some(({ path }) => path.includes("train-00001")))
  })
})
