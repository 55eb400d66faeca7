// The character-level tokenizer of the tiny models, alone: what a recipe names before any of them is trained.
// One token a symbol of the chain-arithmetic grammar; `transformers` loads the folder too.
import { defineModel } from "leadspan"

export default defineModel({ name: "tiny/tokenizer", folder: "tokenizer", recipe: null })
