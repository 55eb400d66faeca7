/** `leadspan schema`. */
import { Effect } from "effect"
import { jsonSchemaText } from "../spec/json-schema.ts"
import { print } from "./terminal.ts"

export const schema = (): Effect.Effect<void> => Effect.sync(() => print(jsonSchemaText()))
