import { describe, expect, it } from "vitest"
import { resultsTable } from "../../../framework/analysis/table.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

describe("resultsTable", () => {
  it("shows score, retention and price of each cell, and what was merged and left out", () => {
    const { outcomes, plan } = simulatedExperiment()
    expect(resultsTable(plan, outcomes)).toMatchInlineSnapshot(`
      "simulated  chain-arithmetic  300 items  2 seeds

        ratio   supervise             score      retention  95 %    tokens   seconds       peak
        0.1     cot                left out
        0.25    cot                  55.5 %   0.57  0.52 to 0.62     394 k      13.7    343 MiB
        0.5     cot                  97.8 %   1.00  0.98 to 1.01     787 k      22.2    381 MiB
        1       cot                  98.0 %             baseline    1.57 M      42.9    458 MiB
        0.1     cot+answer         left out
        = 0.25  cot+answer           55.5 %   0.57  0.52 to 0.62     394 k      13.7    343 MiB
        = 0.5   cot+answer           97.8 %   1.00  0.98 to 1.02     787 k      22.2    381 MiB
        1       cot+answer           97.8 %             baseline    1.57 M      40.6    458 MiB
        0.1     prompt+cot+answer     0.0 %   0.00  0.00 to 0.01     157 k       7.8    320 MiB
        0.25    prompt+cot+answer    50.2 %   0.54  0.49 to 0.59     394 k      13.6    343 MiB
        0.5     prompt+cot+answer    90.7 %   0.97  0.94 to 1.00     787 k      22.9    381 MiB
        1       prompt+cot+answer    93.3 %             baseline    1.57 M      41.8    458 MiB
        base student                 16.7 %
        teacher                      99.3 %

      Score: first complete derivation (first). Retention: score over the matched baseline's; 95 %
        intervals for these trained students. Tokens, seconds: training, mean of a trial; peak: the
        largest.
      Label: not for conclusions: 2 seeds.
      Ceiling: 2 baselines of chain-arithmetic score above 97 %, so that cells near it cannot be told
        apart; a harder tier would show more.
      = Same trials: ratio=0.25 supervise=cot+answer is ratio=0.25 supervise=cot.
      = Same trials: ratio=0.5 supervise=cot+answer is ratio=0.5 supervise=cot.
      Left out: ratio=0.1 supervise=cot: nothing to supervise: the kept 16 tokens end within the prompt in
        6000 of 6000 samples.
      Left out: ratio=0.1 supervise=cot+answer: nothing to supervise: the kept 16 tokens end within the
        prompt in 6000 of 6000 samples."
    `)
  })

  it("is never wider than 100 columns, whatever the axes hold", () => {
    const { outcomes, plan } = simulatedExperiment()
    const long = "a-rather-long-name-of-an-option".repeat(4)
    const wide = {
      ...plan,
      experiment: long,
      axes: [...plan.axes, { path: "loss.distil", name: "distil", values: ["a", long] }],
      cells: plan.cells.map((cell, place) => ({ ...cell, axes: { ...cell.axes, "loss.distil": place % 2 === 0 ? "a" : long } }))
    }
    for (const line of resultsTable(wide, outcomes).split("\n")) expect(line.length).toBeLessThanOrEqual(100)
  })

  it("says why retention is not defined where a baseline does not beat the base student", () => {
    const { outcomes, plan } = simulatedExperiment({ base: 0.97 })
    const text = resultsTable(plan, outcomes)
    expect(text).toContain("not defined")
    expect(text.replace(/\s+/g, " ")).toMatch(/Retention not defined \(\d cells\): baseline ratio=1 supervise=\S+ does not beat the base student: [+-]/)
  })

  it("carries no label from 3 seeds on", () => {
    const { outcomes, plan } = simulatedExperiment({ seeds: [1, 2, 3], items: 60 })
    const text = resultsTable(plan, outcomes)
    expect(text).not.toContain("not for conclusions")
    expect(text.replace(/\s+/g, " ")).toContain("over new items and newly trained students")
    // one student of a cell is missing: its interval speaks of the two that are there
    const scores = new Map(outcomes.scores)
    scores.delete("score-1-3")
    expect(resultsTable(plan, { ...outcomes, scores })).toContain("Fewer seeds: ratio=0.25 supervise=cot: 2 seeds scored")
  })

  it("shows dashes before anything has run", () => {
    const { outcomes, plan } = simulatedExperiment()
    const text = resultsTable(plan, { ...outcomes, scores: new Map(), trials: new Map() })
    expect(text).toMatch(/0\.5 +cot +- +-$/m)
  })

  it("names a failed trial and lets no control character through", () => {
    const { outcomes, plan } = simulatedExperiment()
    const trials = new Map(outcomes.trials)
    const first = plan.cells[3]!.trials[0]!
    trials.set(first.id, { ...trials.get(first.id)!, status: "failed", attempts: 3, failure: { reason: "out-of-memory", message: "needs \u001b[31m9 GiB" } })
    const scores = new Map(outcomes.scores)
    for (const trial of plan.cells[3]!.trials) scores.delete(trial.evaluations["chain-arithmetic"]!.score)
    const text = resultsTable(plan, { ...outcomes, trials, scores })
    expect(text).toContain("Failed: ratio=1 supervise=cot seed 1: out-of-memory after 3 attempts")
    expect(text).toContain("not defined")
    expect(text).not.toContain("\u001b")
  })
})
