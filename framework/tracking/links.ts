/** Addresses of MLflow's pages. */

/**
 * Opens straight on the saved view: a row a trial, and the retention chart.
 * ```ts
 * viewLink("http://127.0.0.1:5601", "3", "leadspan-1a2b")
 * // => "http://127.0.0.1:5601/#/experiments/3/runs?viewStateShareKey=leadspan-1a2b&compareRunsMode=CHART&workflowType=machine_learning"
 * ```
 */
export const viewLink = (uri: string, experimentId: string, viewId: string): string =>
  pageLink(uri, experimentId, viewId, "CHART")

/** The same view as a table: the axes, score, tokens and seconds as columns. */
export const tableLink = (uri: string, experimentId: string, viewId: string): string =>
  pageLink(uri, experimentId, viewId, "TABLE")

const pageLink = (uri: string, experimentId: string, viewId: string, mode: "CHART" | "TABLE"): string =>
  `${uri}/#/experiments/${encodeURIComponent(experimentId)}/runs?viewStateShareKey=${encodeURIComponent(viewId)}` +
  `&compareRunsMode=${mode}&workflowType=machine_learning`

export const runLink = (uri: string, experimentId: string, runId: string): string =>
  `${uri}/#/experiments/${encodeURIComponent(experimentId)}/runs/${encodeURIComponent(runId)}`
