/** Real files in a temporary folder, and what loading them gives. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { afterAll } from "vitest"
import type { Environment } from "../../../framework/spec/interpolate.ts"
import { load } from "../../../framework/spec/load.ts"

export const folder = mkdtempSync(join(tmpdir(), "leadspan-spec-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

export const write = (files: Readonly<Record<string, string | Uint8Array>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** A valid spec of one cell. */
export const minimal = `experiment: minimal
student: { model: tiny/base }
data: { source: chain-arithmetic, train: 60, validation: 30 }
train: { steps: 10, learningRate: 1e-3, batch: { sequences: 8 } }
`

/** Loads `text`, beside the other files. */
export const loadText = (
  text: string | Uint8Array,
  others: Readonly<Record<string, string>> = {},
  overrides: ReadonlyArray<string> = [],
  environment: Environment = {}
) =>
  Effect.suspend(() => {
    write({ ...others, "spec.yaml": text })
    return load("spec.yaml", overrides, { cwd: folder, environment })
  })

/** What a person is told about `text`. */
export const messageOf = (...args: Parameters<typeof loadText>): Promise<string> =>
  Effect.runPromise(Effect.map(Effect.flip(loadText(...args)), (error) => error.message))

/** `line:column code` of each problem. */
export const codesOf = (...args: Parameters<typeof loadText>): Promise<ReadonlyArray<string>> =>
  Effect.runPromise(
    Effect.map(Effect.flip(loadText(...args)), (error) =>
      error.issues.map((issue) => `${issue.line}:${issue.column} ${issue.code}`)
    )
  )
