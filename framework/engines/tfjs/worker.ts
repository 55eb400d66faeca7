/**
 * Entry of the tfjs engine's worker process: commands by stdin, events by file descriptor 3 (`engines/Protocol.ts`).
 * It lives across tasks. Threads and oneDNN are TensorFlow's environment variables, set by who starts it.
 */
import { createInterface } from "node:readline"
import { Schema } from "effect"
import { Command, type Cost } from "../Protocol.ts"
import type { Task } from "../Task.ts"
import { generateTask } from "./generate-task.ts"
import { type Graphs, makeGraphs } from "./graphs.ts"
import { measure } from "./measure.ts"
import { measureBase } from "./memory.ts"
import { type Reporter, Stopped } from "./Reporter.ts"
import { teach } from "./teach.ts"
import { train } from "./train.ts"
import { describeDevice } from "./worker/device.ts"
import { explainFailure } from "./worker/failure.ts"
import { wireReporter } from "./worker/reporter.ts"
import { sendEvent } from "./worker/wire.ts"

const execute = (task: Task, graphs: (isRecorded: boolean) => Graphs, reporter: Reporter): Promise<Cost> => {
  switch (task.kind) {
    case "train": return train(task, graphs(task.recordGraphs), reporter)
    case "teach": return teach(task, graphs(true), reporter)
    case "generate": return generateTask(task, graphs(task.recordGraphs), reporter)
    case "measure": return measure(task, graphs(true), reporter)
  }
}

const decodeCommand = Schema.decodeUnknownSync(Schema.fromJsonString(Command))

const main = (): void => {
  let isStopping = false
  let current: string | null = null
  const waiting: Array<Task> = []
  const caches = new Map<boolean, Graphs>()
  const graphs = (isRecorded: boolean) => {
    const present = caches.get(isRecorded) ?? makeGraphs(isRecorded)
    caches.set(isRecorded, present)
    return present
  }

  const leave = (stepId: string | null) => {
    sendEvent({ type: "stopped", stepId })
    process.exit(0)
  }

  const work = async (task: Task): Promise<void> => {
    const { stepId } = task
    current = stepId
    try {
      const cost = await execute(task, graphs, wireReporter(stepId, () => isStopping))
      sendEvent({ type: "done", stepId, cost })
    } catch (thrown) {
      if (thrown instanceof Stopped) return leave(stepId)
      sendEvent({ type: "failed", stepId, ...explainFailure(thrown) })
    }
    current = null
    if (isStopping) return leave(null)
    const next = waiting.shift()
    if (next !== undefined) await work(next)
  }

  const stop = () => {
    isStopping = true
    if (current === null) leave(null)
  }

  const lines = createInterface({ input: process.stdin })
  lines.on("line", (line) => {
    if (line.trim() === "") return
    let command: Command
    try {
      command = decodeCommand(line)
    } catch (thrown) {
      sendEvent({ type: "failed", stepId: "", reason: "invalid-input", message: `unexpected command: ${thrown instanceof Error ? thrown.message : String(thrown)}` })
      return
    }
    if (command.type === "stop") stop()
    else if (current === null) void work(command.task)
    else waiting.push(command.task)
  })
  // Nobody is left to command: what has been asked for is stopped as by `stop`.
  lines.on("close", stop)
  process.on("SIGTERM", stop)
  const about = describeDevice()
  measureBase()
  sendEvent({ type: "ready", ...about, pid: process.pid })
}

main()
