/** The engines there are, by name. */
import type { EngineDescription } from "./Engine.ts"
import { tfjsEngine } from "./tfjs/description.ts"

export const engines: ReadonlyMap<string, EngineDescription> = new Map([tfjsEngine].map((engine) => [engine.name, engine]))
