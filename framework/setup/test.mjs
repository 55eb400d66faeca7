/** `npm test`: sets everything up, checks the types, runs the tests, and ends with one line that counts them. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "./build.mjs"
import { ensurePackages, root } from "./dependencies.mjs"

const run = (program, args) => spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status ?? 1

ensurePackages()
await build()
const setup = run(process.execPath, [join(root, "dist", "leadspan.js"), "setup"])
if (setup !== 0) process.exit(setup)

console.log("· checking types")
const types = run(join(root, "node_modules", ".bin", "tsc"), ["--noEmit"])
const folder = mkdtempSync(join(tmpdir(), "leadspan-test-"))
const results = join(folder, "results.json")
const tests = run(process.execPath, [
  join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json",
  `--outputFile.json=${results}`, ...process.argv.slice(2)
])
let counts = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 }
try {
  counts = JSON.parse(readFileSync(results, "utf8"))
} catch {
  console.error("the test runner left no results")
}
rmSync(folder, { recursive: true, force: true })
if (types !== 0) console.error("types do not check (see above): counted as one failed test")
const failed = counts.numFailedTests + (types === 0 ? 0 : 1) + (tests !== 0 && counts.numFailedTests === 0 ? 1 : 0)
const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : ""
console.log(`${counts.numPassedTests} passed, ${failed} failed${skipped}`)
process.exitCode = failed === 0 ? 0 : 1
