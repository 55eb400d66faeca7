/**
 * Commands that load TensorFlow into their own process run in a child, whose error output is passed on without the lines
 * that TensorFlow's libraries print as they load: nothing keeps them from it, and they tell a user nothing.
 */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { Effect } from "effect"
import { exitCodes, exitWith } from "./failures.ts"

const marker = "LEADSPAN_QUIET"

const isLibraryNoise = (line: string): boolean =>
  /^(WARNING: All log messages before absl|[IW]\d{4} |[IW]0000 |\d{4}-\d\d-\d\d .*: [IW] |To enable the following instructions)/.test(line)

const again = (): Promise<number> => new Promise((resolve) => {
  const child = spawn(process.execPath, process.argv.slice(1), {
    env: { ...process.env, [marker]: "1" }, stdio: ["inherit", "inherit", "pipe"]
  })
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (!isLibraryNoise(line)) process.stderr.write(`${line}\n`)
  })
  child.on("close", (code) => resolve(code ?? exitCodes.failed))
})

/** Does the work here if this is the child already, otherwise in a child. */
export const quietly = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<void, E, R> =>
  process.env[marker] === "1"
    ? Effect.asVoid(work)
    : Effect.flatMap(Effect.promise(again), (code) => exitWith(code))
