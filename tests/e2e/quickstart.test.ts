/** A cut of the quickstart, four trials, through the entry that `npm start` uses: real set-up, engine, MLflow and report. */
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

const start = (...args: ReadonlyArray<string>) => {
  const end = spawnSync(process.execPath, [join(root, "framework", "setup", "start.mjs"), ...args], {
    cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "" }
  })
  return { ...end, text: end.stdout + end.stderr }
}

describe("the quickstart", () => {
  it("runs from a copy anywhere, tells what it found, and ends at once when run again", () => {
    const copy = join(mkdtempSync(join(tmpdir(), "leadspan-quickstart-")), "copy.yaml")
    copyFileSync(join(root, "experiments", "quickstart.yaml"), copy)
    const given = ["run", copy, "--set", "experiment=quickstart-cut", "--set", "train.steps=60", "--only", "ratio=0.5,supervise=prompt+cot+answer"]
    const first = start(...given)
    assert.strictEqual(first.status, 0, first.text)
    // the half and its baseline, two seeds each
    assert.match(first.stdout, /0\.5 +prompt\+cot\+answer +\d+\.\d %/)
    assert.match(first.stdout, /\n +1 +prompt\+cot\+answer +\d+\.\d % +baseline/)
    assert.match(first.stdout, /not for conclusions: 2 seeds/)
    assert.match(first.stdout, /viewStateShareKey=|has everything/)
    const report = join(root, ".leadspan", "reports", "quickstart-cut", "report.html")
    assert.isTrue(existsSync(report))
    assert.include(readFileSync(report, "utf8"), "quickstart-cut")

    const again = start(...given)
    assert.strictEqual(again.status, 0, again.text)
    assert.match(again.stdout, /MLflow {2}has everything/)
    const table = (text: string) => text.slice(text.indexOf("quickstart-cut  chain-arithmetic"), text.indexOf("report"))
    assert.strictEqual(table(again.stdout), table(first.stdout))
  }, 600_000)
})
