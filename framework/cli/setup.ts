/** `leadspan setup [cpu|cuda]`. */
import { Effect, Option } from "effect"
import { boundVariant, setUp, type Variant } from "../setup/install.ts"
import { findProject } from "../setup/project.ts"
import { note, print } from "./terminal.ts"

export const setup = Effect.fnUntraced(function*(given: { readonly variant: Option.Option<Variant> }) {
  const project = findProject()
  const variant = Option.getOrElse(given.variant, () => boundVariant(project) ?? "cpu")
  const started = Date.now()
  yield* setUp(project, variant, (line) => note(`· ${line}`))
  print(`ready: TensorFlow (${variant}) and MLflow are installed (${((Date.now() - started) / 1000).toFixed(1)} s)`)
})
