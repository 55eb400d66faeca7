/** The markers that data sets put around a thought, and around the answer after it. */

export interface MarkerPair {
  readonly opener: string
  readonly closer: string
  /** around the answer, where a data set marks that too */
  readonly solution?: { readonly opener: string; readonly closer: string }
}

/** `<think>` … `</think>`: DeepSeek-R1 and most that came after it. */
export const thinkMarkers: MarkerPair = { opener: "<think>", closer: "</think>" }

/** `<|begin_of_thought|>` … `<|end_of_thought|>`: Sky-T1, Bespoke-Stratos, OpenThoughts. */
export const thoughtMarkers: MarkerPair = {
  opener: "<|begin_of_thought|>",
  closer: "<|end_of_thought|>",
  solution: { opener: "<|begin_of_solution|>", closer: "<|end_of_solution|>" }
}

/** Every marker known, in the order in which they would stand. */
export const allMarkers: ReadonlyArray<string> = [thinkMarkers, thoughtMarkers]
  .flatMap(({ closer, opener, solution }) => [opener, closer, ...(solution === undefined ? [] : [solution.opener, solution.closer])])
