/** What set-up says where something is missing: one sentence, with the command that mends it. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const program = fileURLToPath(new URL("../../dist/leadspan.js", import.meta.url))

const setup = (env: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-setup-"))
  writeFileSync(join(folder, "package.json"), "{}")
  const end = spawnSync(process.execPath, [program, "setup"], { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } })
  return { ...end, folder, text: end.stdout + end.stderr }
}

describe("setup", () => {
  it("says that Python is missing", () => {
    const { status, text } = setup({ PATH: "/nonexistent" })
    assert.strictEqual(status, 1)
    assert.match(text, /^leadspan: no Python 3\.11 or newer with pip was found; install it, .*apt-get install python3/m)
    assert.notMatch(text, /\n\s+at /)
  })

  it("says that the package index cannot be reached, and leaves nothing that looks installed", () => {
    const nowhere = "http://127.0.0.1:9"
    const { folder, status, text } = setup({ PIP_INDEX_URL: `${nowhere}/simple`, PIP_RETRIES: "0", HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere })
    assert.strictEqual(status, 1)
    assert.match(text, /^leadspan: uv could not be installed \(.*\); check that the Python package index can be reached, then run: npx leadspan setup$/m)
    assert.isFalse(existsSync(join(folder, ".leadspan", "env", "uv.stamp")))
  })
})
