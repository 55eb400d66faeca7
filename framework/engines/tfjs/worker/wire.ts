/** Events out by file descriptor 3, one JSON a line, written at once: a graph call that follows blocks everything else. */
import { writeSync } from "node:fs"
import type { Event } from "../../Protocol.ts"

const eventDescriptor = 3
const retryMilliseconds = 2

/** Sends an event. Ends the process when nobody listens any more. */
export const sendEvent = (event: Event): void => {
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`)
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(eventDescriptor, bytes, done)
    } catch (problem) {
      const { code } = problem as NodeJS.ErrnoException
      // The pipe may be full and non-blocking: the reader is slow, not gone.
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMilliseconds)
      else process.exit(1)
    }
  }
}
