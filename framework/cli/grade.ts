/** `leadspan grade [FILE]`: rows of `gold` and `pred`, from a file or standard input, each with its verdict. */
import { createReadStream, existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import { Data, Effect, Option } from "effect"
import { type Equivalence, makeEquivalence } from "../equivalence/equivalence.ts"
import { readGradeRow } from "../equivalence/grade-row.ts"
import type { Verdict } from "../equivalence/grade.ts"
import { linesOf } from "../sources/lines.ts"
import { exitCodes } from "./failures.ts"
import { note } from "./terminal.ts"

interface Given {
  readonly rows: Option.Option<string>
}

class UnreadableRows extends Data.TaggedError("UnreadableRows")<{ readonly message: string }> {}

/** Rows in flight: enough to keep the threads busy, and no more is held. */
const window = 512

/** A longer row is refused, in bytes. */
const longestRow = 8 * 2 ** 20

interface Graded {
  readonly place: string
  readonly row: Readonly<Record<string, unknown>>
  readonly fault: string | null
  readonly verdict: Promise<Verdict>
}

/** Rows as they come, each with the promise of its verdict. A row that is broken has its place and the reason for a verdict. */
async function* graded(input: AsyncIterable<Buffer>, name: string, equivalence: Equivalence, unknownOptions: Set<string>): AsyncGenerator<Graded> {
  for await (const lines of linesOf(input, longestRow)) {
    for (const { bytes, number } of lines) {
      const place = `${name}:${number}`
      const read = bytes === null ? { fault: `the line is longer than ${longestRow / 2 ** 20} MiB` } as const : readGradeRow(bytes.toString("utf8"))
      if (read === null) continue
      if ("fault" in read) {
        yield { place, row: read.row ?? {}, fault: read.fault, verdict: Promise.resolve({ equal: false, extracted: null, reason: "broken row" }) }
        continue
      }
      for (const option of read.unknown) unknownOptions.add(option)
      const verdict = equivalence.equal(read.gold, read.pred, read.options)
      // Awaited in its turn; until then a failure must not count as unheard.
      verdict.catch(() => undefined)
      yield { place, row: read.row, fault: null, verdict }
    }
  }
}

const write = (text: string): Promise<void> => new Promise((resolve) => {
  if (process.stdout.write(text)) resolve()
  else process.stdout.once("drain", resolve)
})

/** Grades all rows in their order; resolves to how many were broken. */
const gradeAll = async (input: AsyncIterable<Buffer>, name: string): Promise<number> => {
  const equivalence = makeEquivalence({ workers: Math.min(8, availableParallelism()) })
  const unknownOptions = new Set<string>()
  const counts = { rows: 0, equal: 0, broken: 0, undecided: 0 }
  const waiting: Array<Graded> = []
  const writeFirst = async (): Promise<void> => {
    const { fault, place, row, verdict: promise } = waiting.shift()!
    const verdict = await promise
    counts.rows += 1
    if (verdict.equal) counts.equal += 1
    if (/limit$/u.test(verdict.reason)) counts.undecided += 1
    if (fault !== null) {
      counts.broken += 1
      note(`leadspan: ${place}: ${fault}`)
    }
    await write(`${JSON.stringify({ ...row, ...verdict })}\n`)
  }
  try {
    for await (const one of graded(input, name, equivalence, unknownOptions)) {
      waiting.push(one)
      if (waiting.length >= window) await writeFirst()
    }
    while (waiting.length > 0) await writeFirst()
  } finally {
    await equivalence.close()
  }
  if (unknownOptions.size > 0) note(`options that are not known, and change nothing: ${[...unknownOptions].sort().join(", ")}`)
  note(`${counts.rows} rows: ${counts.equal} equal, ${counts.rows - counts.equal} not` +
    `${counts.undecided > 0 ? `, ${counts.undecided} of them stopped by a limit` : ""}${counts.broken > 0 ? `, ${counts.broken} of them broken` : ""}`)
  return counts.broken
}

export const grade = Effect.fnUntraced(function*({ rows }: Given) {
  const file = Option.getOrUndefined(rows)
  const isInput = file === undefined || file === "-"
  if (!isInput && !existsSync(file)) return yield* new UnreadableRows({ message: `${file}: there is no such file; expected JSON lines with gold and pred` })
  const input = isInput ? process.stdin : createReadStream(file)
  const broken = yield* Effect.tryPromise({
    try: () => gradeAll(input as AsyncIterable<Buffer>, isInput ? "standard input" : file),
    catch: (error) => new UnreadableRows({ message: `${isInput ? "standard input" : file}: ${(error as Error).message}` })
  })
  if (broken > 0) process.exitCode = exitCodes.refused
})
