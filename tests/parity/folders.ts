/**
 * The near side of `npm run test:parity`: saves models as this engine saves them, reads them back, and writes beside each
 * what this engine computes (`ours.json`), for `compare.py` to hold against `transformers`. Trains nothing.
 *
 * Arguments: an empty folder to write into, then any further model folders to compare, such as a trained student's.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { openModel, readModel, writeModel } from "../../framework/engines/tfjs/folder.ts"
import { inspectModel } from "../../framework/engines/tfjs/inspect.ts"
import type { ModelSource } from "../../framework/engines/Task.ts"

const small = {
  vocab_size: 48, hidden_size: 64, intermediate_size: 176, num_hidden_layers: 3, num_attention_heads: 4, max_position_embeddings: 512,
  initializer_range: 0.1
}

/** Fresh models of every architecture, with whole numbers where Python wants floats and defaults left out. */
const fresh: Readonly<Record<string, Record<string, unknown>>> = {
  "llama-tied": { ...small, model_type: "llama", tie_word_embeddings: true },
  "llama-grouped-biased": { ...small, model_type: "llama", num_key_value_heads: 2, attention_bias: true, mlp_bias: true, rope_theta: 500000 },
  "llama-scaled": {
    ...small, model_type: "llama",
    rope_scaling: { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 32 }
  },
  "qwen2-untied": { ...small, model_type: "qwen2", num_key_value_heads: 4 },
  "qwen3-grouped-tied": { ...small, model_type: "qwen3", num_key_value_heads: 1, head_dim: 32, tie_word_embeddings: true }
}

const [out, ...others] = process.argv.slice(2)
if (out === undefined) throw new Error("usage: folders.mjs OUT [FOLDER...]")

const describe = async (folder: string, vocabulary: number): Promise<void> => {
  const ids = Array.from({ length: 40 }, (_, index) => (index * index + 3) % vocabulary)
  const { logits, generated, architecture, parameters } = await inspectModel(folder, ids, 20)
  writeFileSync(join(out, `${basename(folder)}.ours.json`), JSON.stringify({ folder, ids, logits, generated, architecture, parameters }))
}

const save = async (name: string, source: ModelSource): Promise<void> => {
  const model = openModel(source)
  writeModel(join(out, name), model)
  await describe(join(out, name), model.config.vocabulary)
}

mkdirSync(out, { recursive: true })
for (const [name, init] of Object.entries(fresh)) await save(name, { init, seed: 7, tokenizer: out })
const fixtures = new URL("../fixtures/models/", `file://${process.cwd()}/tests/parity/`).pathname
for (const name of readdirSync(fixtures)) await save(`saved-${name}`, { folder: join(fixtures, name) })
for (const folder of others) await describe(folder, readModel(folder).config.vocabulary)
