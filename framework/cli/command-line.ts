/** Runs the command that was asked for. Only names, flags and descriptions are loaded: what a command does comes when it is called. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { version } from "../setup/version.ts"
import { tree } from "./tree.ts"
import { reportFailures } from "./failures.ts"

Command.run(tree, { version }).pipe(
  reportFailures,
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
