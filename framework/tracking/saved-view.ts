/**
 * The view that the printed link opens: a saved view is an experiment tag that MLflow's page (3.17) reads.
 *
 * Chart mode, because only it shows curves; one section of four cards that fits a screen: the retention chart, and score,
 * tokens and seconds with a bar a trial. The list beside it has a row a trial, named by its ratio and segments and by
 * what came out; table mode, one click away, has them as columns, with the verdict of each claim. Sorted by a tag, not by date: sorted by date, MLflow
 * nests trials under the experiment's run, collapsed. A metric that has a card of ours gets none from MLflow, and
 * `isAccordionReordered` keeps our section above those that MLflow makes.
 */
import { deflateSync } from "node:zlib"

const section = "leadspan"

const line = (metric: string) => ({
  uuid: `leadspan-${metric}`, type: "LINE", metricSectionId: section, metricKey: metric, selectedMetricKeys: [metric],
  deleted: false, isGenerated: false, displayName: metric, xAxisKey: "step", xAxisScaleType: "linear", scaleType: "linear",
  lineSmoothness: 0, selectedXAxisMetricKey: "", useGlobalXaxisKey: false, useGlobalLineSmoothing: false,
  displayPoints: true, range: {}
})

const bar = (metric: string) => ({
  uuid: `leadspan-${metric}`, type: "BAR", metricSectionId: section, metricKey: metric, deleted: false,
  isGenerated: false, displayName: metric, runsCountToCompare: 100
})

export interface ViewRequest {
  readonly name: string
  /** run id of the experiment's run: its children are open where the table is sorted by date */
  readonly parentRunId: string
  /** columns of the axes */
  readonly axes: ReadonlyArray<string>
  /** tags that hold verdicts, in the order of the spec */
  readonly claimTags: ReadonlyArray<string>
  readonly hasCurves: boolean
  /** milliseconds since 1970; the same for the same view, so that sending it again changes nothing */
  readonly at: number
}

/** More verdicts than this leave no room for numbers; all stand with the experiment's run. */
const mostClaims = 4

/** Value of the tag `mlflow.sharedViewState.<id>`. */
export const savedView = ({ name, parentRunId, axes, claimTags, hasCurves, at }: ViewRequest): string => {
  const columns = [
    ...axes.map((axis) => `params.\`${axis}\``), "metrics.`score`", ...claimTags.slice(0, mostClaims).map((tag) => `tags.\`${tag}\``),
    "metrics.`tokens`", "metrics.`seconds`"
  ]
  const state = {
    searchFilter: "", orderByKey: "tags.`leadspan.order`", orderByAsc: true, startTime: "ALL", lifecycleFilter: "Active",
    modelVersionFilter: "All Runs", datasetsFilter: [],
    selectedColumns: columns,
    columnOrder: ["attributes.`Run Name`", "runDateAndNestInfo", ...columns, "duration"],
    columnWidths: {
      "attributes.`Run Name`": 205, "params.`ratio`": 60, "params.`segments`": 155, "params.`seed`": 50,
      "metrics.`score`": 80, "metrics.`tokens`": 80, "metrics.`seconds`": 80
    },
    runsExpanded: { [parentRunId]: true }, runsPinned: [], runsHidden: [], runsHiddenMode: "SHOW_ALL", groupBy: null,
    isAccordionReordered: true, hideEmptyCharts: true,
    compareRunSections: [
      { uuid: section, name: "Retention and trials", display: true, isReordered: true, columns: 2, cardHeight: 285 }
    ],
    compareRunCharts: [
      ...(hasCurves ? [line("by_ratio_pct/retention")] : []), bar("score"), bar("tokens"), bar("seconds")
    ]
  }
  const packed = `deflate;${deflateSync(JSON.stringify(state)).toString("base64")}`
  return JSON.stringify({ name, createdAt: at, updatedAt: at, state: packed })
}
