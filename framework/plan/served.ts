/** A model that a server answers for: how it may be named there, and what of the server bears on what it generates. */
import type { Via } from "../spec/ExperimentSpec.ts"
import type { ModelRef } from "../spec/schema/Model.ts"
import type { GenerateVia, ModelInput } from "./Step.ts"

/** What a model is to the grid. One that is trained here is asked for under no name but its own. */
export type ServedRole = { readonly kind: "trained" } | { readonly kind: "student" | "teacher"; readonly ref: ModelRef }

export const trainedHere: ServedRole = { kind: "trained" }

/** The name that a server without another one gives to a model of the hub. */
const hubNames = (ref: ModelRef): ReadonlyArray<string> => "model" in ref && ref.model.startsWith("hf:") ? [ref.model.slice(3)] : []

/**
 * @param model what stands for the model in identity: its digest, or the id of the step that trains it
 */
export const generateVia = (server: Via, model: string, input: ModelInput, role: ServedRole): GenerateVia => {
  const name = `leadspan-${("step" in input ? input.step : model).slice(0, 12)}`
  if (role.kind === "trained" || "step" in input) return { server, name, otherNames: [], isKnownByFolder: true }
  const given = server.model[role.kind]
  return given === null
    ? { server, name, otherNames: hubNames(role.ref), isKnownByFolder: true }
    : { server, name: given, otherNames: [], isKnownByFolder: false }
}

/** The engine's declared name and version, and what it is asked beside the evaluation's own settings. Its address is not part of it. */
export const serverIdentity = ({ isKnownByFolder, name, server }: GenerateVia) => ({
  engine: server.engine.trim().replace(/^\S+/u, (engine) => engine.toLowerCase()).replaceAll(/\s+/gu, " "),
  prompt: server.prompt, request: server.request,
  ...(isKnownByFolder ? {} : { model: name })
})
