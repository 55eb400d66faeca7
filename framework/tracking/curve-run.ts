/**
 * A retention curve as a run of its own: MLflow draws one line a run, over steps, so the step is the ratio in percent.
 * MLflow cannot change a point, so the run's key holds a digest of its results: other results, another run.
 */
import type { Metric } from "../journal/Record.ts"
import { digestOf } from "./DesiredRun.ts"
import type { DesiredRun } from "./DesiredRun.ts"
import { paramsOf, tagsOf } from "./trial-run.ts"
import type { TrackedCurve, TrackedState } from "./TrackedState.ts"

const columns = [
  ["score", "score"], ["retention", "retention"], ["retention_low", "low"], ["retention_high", "high"]
] as const

/** Distinct on white and on black. */
const palette = ["#077a9d", "#d55e00", "#7b4fb5", "#2e8b57", "#c2185b", "#8c6d00", "#4a6fe3", "#6d4c41"]

export const curveColour = (index: number): string => palette[index % palette.length]!

export const curveRun = (state: TrackedState, curve: TrackedCurve, index: number): DesiredRun => {
  const metrics: ReadonlyArray<Metric> = curve.points.flatMap((point) =>
    columns.flatMap(([name, field]) => {
      const value = point[field]
      return value === null
        ? []
        // A point's time is not part of the key, so it must not change while the results do not.
        : [{ key: `by_ratio_pct/${name}`, step: Math.round(point.ratioPercent), value, at: state.startedAt }]
    }))
  return {
    key: `curve:${digestOf(curve.key, 8)}:${digestOf([curve.key, curve.points], 12)}`,
    kind: "curve",
    name: `retention ${curve.name}`,
    parent: null,
    startTime: state.startedAt,
    endTime: curve.at,
    status: "FINISHED",
    params: paramsOf({ curve: curve.name }),
    tags: tagsOf({
      "grid.kind": "curve",
      "leadspan.order": `0-${String(index).padStart(5, "0")}`,
      "mlflow.runColor": curveColour(index),
      "mlflow.source.name": `leadspan ${state.plan.experiment}`
    }),
    metrics,
    datasets: [],
    artifacts: []
  }
}
