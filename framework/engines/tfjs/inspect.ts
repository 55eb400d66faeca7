/** What a model folder computes, for looking at it and for comparing it with other programs. Needs no tokenizer. */
import { complete } from "./completions.ts"
import { architectureClass, countParameters } from "./config.ts"
import { forward } from "./decoder.ts"
import { readModel } from "./folder.ts"
import { makeGraphs } from "./graphs.ts"
import { toTensors } from "./initialise.ts"
import { InvalidTask } from "./InvalidTask.ts"
import { passTables } from "./rotary.ts"
import { tensorflow } from "./tensorflow.ts"

export interface Inspection {
  /** class of `transformers`, e.g. "LlamaForCausalLM" */
  readonly architecture: string
  readonly parameters: number
  /** one row a position of `ids`, each of the vocabulary's length */
  readonly logits: ReadonlyArray<ReadonlyArray<number>>
  /** the new ids of a greedy continuation of `ids` */
  readonly generated: ReadonlyArray<number>
}

/**
 * Reads a folder, passes `ids` through it op by op, and continues them greedily by `newTokens` tokens.
 * @throws UnsupportedModel, ModelFolderError, SafetensorsError, TensorflowMissing, InvalidTask
 */
export const inspectModel = async (folder: string, ids: ReadonlyArray<number>, newTokens: number): Promise<Inspection> => {
  const { config, weights: values } = readModel(folder)
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabulary)
  if (wrong !== undefined) {
    throw new InvalidTask({
      message: `id ${wrong} is outside the model's vocabulary: expected whole numbers from 0 to ${config.vocabulary - 1}`
    })
  }
  if (ids.length === 0 && newTokens > 0) {
    throw new InvalidTask({ message: "there is nothing to continue: give ids, such as --ids 5,6,7" })
  }
  if (ids.length + newTokens > config.maxPositions) {
    throw new InvalidTask({
      message: `${ids.length} ids and ${newTokens} new ones exceed the model's ${config.maxPositions} positions`
    })
  }
  const about = { architecture: architectureClass[config.architecture], parameters: countParameters(config) }
  if (ids.length === 0) return { ...about, logits: [], generated: [] }
  const tf = tensorflow()
  const weights = toTensors(values)
  const graphs = makeGraphs(false)
  try {
    const logits_TV = tf.tidy(() => {
      const inputs = { ids_BT: tf.tensor2d([...ids], [1, ids.length], "int32"), tables: passTables(config, ids.length) }
      return tf.reshape(forward(config, weights, inputs).logits_BTV, [ids.length, config.vocabulary])
    })
    const logits = logits_TV.arraySync() as Array<Array<number>>
    logits_TV.dispose()
    if (newTokens === 0) return { ...about, logits, generated: [] }
    const [completion] = await complete({ config, weights, graphs }, [{ ids, uniform: () => 0 }], {
      temperature: 0, topP: 1, maxTokens: newTokens, stopIds: [], batchSequences: 1, promptTokens: ids.length
    }, { tokens: 0, paddedTokens: 0, flops: 0 }, () => Promise.resolve())
    return { ...about, logits, generated: completion!.ids }
  } finally {
    graphs.dispose()
    tf.dispose(weights as never)
  }
}
