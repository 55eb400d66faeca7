/** Where an experiment that was run before is tracked: its file says so, if it still lies where it was run from. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"
import { load } from "../spec/load.ts"
import type { RanExperiment } from "./Experiment.ts"
import type { Session } from "./session.ts"
import { note } from "./terminal.ts"

const own: ExperimentSpec["tracking"] = { uri: null, experimentName: null }

export const trackingSettings = Effect.fnUntraced(function*(session: Session, { name, plan }: RanExperiment) {
  const file = join(session.project.root, plan.specFile)
  if (!existsSync(file)) {
    note(`${plan.specFile} is not there any more: its \`tracking\` is not known, the environment or this project's server is used`)
    return own
  }
  const { spec } = yield* load(file)
  return spec.experiment === name ? spec.tracking : own
})
