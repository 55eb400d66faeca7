/**
 * Which steps have to be executed. Worked out backwards from what is wanted, so that a step whose output was deleted is
 * made again only if something that still has to run reads it.
 */

export interface DemandStep {
  readonly id: string
  readonly inputs: ReadonlyArray<string>
}

export interface Demand<S extends DemandStep> {
  /** to execute, each after its inputs */
  readonly execute: ReadonlyArray<S>
  /** wanted, or read by what is executed, and there already */
  readonly present: ReadonlyArray<S>
}

/**
 * @param steps all steps, inputs before those that read them
 * @param wanted ids whose outcome is asked for
 * @param isDone the step is finished, whether or not its output still lies in the store
 * @param hasOutput its output can be read now
 */
export const demand = <S extends DemandStep>(
  steps: ReadonlyArray<S>, wanted: ReadonlySet<string>,
  isDone: (id: string) => boolean, hasOutput: (id: string) => boolean
): Demand<S> => {
  const toExecute = new Set<string>()
  const read = new Set<string>()
  for (const step of [...steps].reverse()) {
    const isNeeded = read.has(step.id) ? !hasOutput(step.id) : wanted.has(step.id) && !isDone(step.id)
    if (!isNeeded) continue
    toExecute.add(step.id)
    for (const input of step.inputs) read.add(input)
  }
  return {
    execute: steps.filter((step) => toExecute.has(step.id)),
    present: steps.filter((step) => !toExecute.has(step.id) && (wanted.has(step.id) || read.has(step.id)))
  }
}
