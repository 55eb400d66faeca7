/** Runs the command that was asked for. Only names, flags and descriptions are loaded: what a command does comes when it is called. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { version } from "../setup/version.ts"
import { tree } from "./tree.ts"
import { exitCodes, reportFailures } from "./failures.ts"

// The first Ctrl-C stops gracefully, a second one at once: the workers are killed on the way out.
let interrupts = 0
process.on("SIGINT", () => {
  if (++interrupts > 1) process.exit(exitCodes.interrupted)
})

Command.run(tree, { version }).pipe(
  reportFailures,
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
