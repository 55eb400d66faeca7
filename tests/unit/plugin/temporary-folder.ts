import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

/** A folder of its own for a test file, removed when its tests are done. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-test-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
