#!/usr/bin/env node
/** The command line. Only names, flags and descriptions are here: what a command does is loaded when it is called. */
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
