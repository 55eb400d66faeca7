import type { Reporter } from "../Reporter.ts"
import { sendEvent } from "./wire.ts"

const heartbeatMilliseconds = 1000
const progressMilliseconds = 500

/** Reports one step's task on the wire. */
export const wireReporter = (stepId: string, isStopping: () => boolean): Reporter => {
  let lastSent = Date.now()
  let lastProgress = 0
  let lastPhase = ""
  const send = (event: Parameters<typeof sendEvent>[0]) => {
    lastSent = Date.now()
    sendEvent(event)
  }
  return {
    progress: (phase, done, total, tokensPerSecond) => {
      const now = Date.now()
      if (phase === lastPhase && done < total && now - lastProgress < progressMilliseconds) return
      lastProgress = now
      lastPhase = phase
      send({ type: "progress", stepId, phase, done, total, tokensPerSecond })
    },
    metrics: (metrics) => {
      const at = Date.now()
      send({ type: "metrics", stepId, metrics: metrics.map((metric) => ({ ...metric, at })) })
    },
    breathe: async () => {
      if (Date.now() - lastSent >= heartbeatMilliseconds) send({ type: "heartbeat" })
      await new Promise((resolve) => setImmediate(resolve))
    },
    isStopping
  }
}
