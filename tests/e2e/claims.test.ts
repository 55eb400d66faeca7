/** Claims on the command line: judged at the end of a run and by `report`, told to MLflow's projection, asked for by an exit code. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Installation, install, type Project } from "./installed.ts"
import { recordsOf, smallExperiment } from "./small-experiment.ts"

const quick = { train: "{ steps: 10, learningRate: 3e-3, batch: { sequences: 8 } }", loss: null, teacher: null }
const claims = `\n  half: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 } }`

let installation: Installation
let project: Project
beforeAll(async () => {
  installation = await install()
  project = installation.project("claims")
  project.write("none.yaml", smallExperiment({ ...quick, experiment: "none" }))
  project.write("claimed.yaml", smallExperiment({ ...quick, experiment: "claimed", claims }))
}, 120_000)
afterAll(() => installation.remove())

describe("claims", () => {
  it("are planned for: what can be found stands there before anything runs, for programs too", async () => {
    const { stdout } = await project.run(["plan", "claimed.yaml"])
    assert.match(stdout, /detectable with 80 % power at one-sided alpha 0\.025.*\n {2}half >= 0\.9: .*no verdict: 1 of the 3 seeds it needs\n {2}assumed: baseline 85 %/u)
    assert.match(stdout, /warning: claim half rests on 12 problems with 1 sample and 1 seed/u)
    const { detectable } = JSON.parse((await project.run(["plan", "claimed.yaml", "--json"])).stdout)
    assert.deepInclude(detectable.rows[0], { claim: "half", items: 12, seeds: 1, alpha: 0.025, from: "assumed", power: null })
  }, 120_000)

  it("must be there to be required", async () => {
    const ended = await project.run(["run", "none.yaml", "--require-claims"])
    assert.deepStrictEqual([ended.code, recordsOf(project, "none")], [2, []])
    assert.match(ended.stderr, /--require-claims: none\.yaml makes no claim/u)
  }, 120_000)

  it("that are not met give exit code 3, in the run and in its report; without the flag 0", async () => {
    const ended = await project.run(["run", "claimed.yaml", "--require-claims"])
    assert.strictEqual(ended.code, 3, ended.stdout + ended.stderr)
    // the verdict stands before the table
    assert.match(ended.stdout, /Verdicts {2}Of 1 hypothesis: 1 (?:without verdict|not defined)\.\n {2}half: ratio=0\.5: .*[\s\S]*chain-arithmetic {2}12 items/u)
    assert.match(ended.stdout, /claims not met: 1 of 1 \(half\)/u)
    assert.strictEqual((await project.run(["report", "claimed", "--require-claims"])).code, 3)
    assert.strictEqual((await project.run(["run", "claimed.yaml"])).code, 0)
    const folder = join(project.root, ".leadspan/reports/claimed")
    assert.match(readFileSync(join(folder, "claims.csv"), "utf8"), /^claim,cell,name,.*\nhalf,0,ratio=0\.5,/u)
    assert.strictEqual(JSON.parse(readFileSync(join(folder, "results.json"), "utf8")).claims[0].claim, "half")
  }, 240_000)

  it("that are added when results are there are labelled", async () => {
    project.write("claimed.yaml", smallExperiment({ ...quick, experiment: "claimed", claims: `${claims}\n  later: { retention: ">= 0.5", at: { sequence.truncate.ratio: 0.5 } }` }))
    const { stdout } = await project.run(["run", "claimed.yaml"])
    assert.match(stdout.replace(/\s+/gu, " "), /later: ratio=0\.5: .*?\[declared after results: exploratory\]/u)
    assert.notMatch(stdout.replace(/\s+/gu, " ").split("later:")[0]!, /declared after results/u)
  }, 240_000)
})
