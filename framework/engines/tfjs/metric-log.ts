/**
 * The metrics that an unfinished training has told, beside its resume checkpoint. Whoever listened may have been killed with
 * words unread, so a training that goes on tells them again; the first of equal points counts.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import type { Metric } from "./Reporter.ts"

const fileName = "metrics.ndjson"
const decodeLine = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ key: Schema.String, step: Schema.Int, value: Schema.Finite })))
const lineOf = ({ key, step, value }: Metric): string => `${JSON.stringify({ key, step, value })}\n`

export interface MetricLog {
  /** told before, up to the step that the training goes on from */
  readonly told: ReadonlyArray<Metric>
  readonly add: (metrics: ReadonlyArray<Metric>) => void
  readonly clear: () => void
}

/** @param upToStep optimiser steps that are done: what was told of later ones will be told again by doing them */
export const openMetricLog = (folder: string, upToStep: number): MetricLog => {
  const path = join(folder, fileName)
  let text = ""
  try {
    text = upToStep === 0 ? "" : readFileSync(path, "utf8")
  } catch {
    // Nothing was told yet.
  }
  const told = text.split("\n").flatMap((line) => {
    const metric = decodeLine(line)
    return metric._tag === "Some" && metric.value.step <= upToStep ? [metric.value] : []
  })
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, told.map(lineOf).join(""))
  return {
    told,
    add: (metrics) => appendFileSync(path, metrics.map(lineOf).join("")),
    clear: () => rmSync(path, { force: true })
  }
}
