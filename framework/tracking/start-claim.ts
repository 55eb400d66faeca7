/** One process at a time may start the server: a file made exclusively, naming its maker. */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs"
import { Effect, Schema } from "effect"
import { identityOf, isAlive } from "./server-process.ts"

const Maker = Schema.Struct({ pid: Schema.Int, startTicks: Schema.String, bootId: Schema.String })
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Maker))

const take = (path: string): boolean => {
  try {
    const file = openSync(path, "wx")
    writeSync(file, JSON.stringify(identityOf(process.pid)))
    closeSync(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
    return false
  }
}

const isAbandoned = (path: string): boolean => {
  try {
    return !isAlive(decode(readFileSync(path, "utf8")))
  } catch {
    // Empty: its maker is about to fill it, or died just then.
    try {
      return Date.now() - statSync(path).mtimeMs > 2000
    } catch {
      return false
    }
  }
}

/** Holds the claim for as long as the scope lives; waits for another holder, at most `seconds` and then takes it over. */
export const claimStart = (path: string, seconds: number) =>
  Effect.acquireRelease(
    Effect.gen(function*() {
      const until = Date.now() + seconds * 1000
      while (!take(path)) {
        if (isAbandoned(path) || Date.now() > until) rmSync(path, { force: true })
        else yield* Effect.sleep("200 millis")
      }
    }),
    () => Effect.sync(() => rmSync(path, { force: true }))
  )
