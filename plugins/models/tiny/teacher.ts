// The teacher of the shipped experiments: a small Llama that writes chain-arithmetic thoughts in the style it is asked for.
// Its accuracy, and the command and time that made it, stand in docs/log.md and in the recipe's header.
import { defineModel } from "leadspan"

export default defineModel({ name: "tiny/teacher", folder: "teacher", recipe: "../../../experiments/tiny-teacher.yaml" })
