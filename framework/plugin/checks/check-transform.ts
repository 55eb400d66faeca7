/** Checks a transform: its examples, and for many thoughts that the trace stays one: same id, texts, a derivation inside, the same twice. */
import { Result } from "effect"
import type { TraceRecord, TransformPlugin } from "../define.ts"
import { decodeOptions } from "../options.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"
import { exampleRandom, keyedRandom } from "./example-sequence.ts"

const filled = (trace: Partial<TraceRecord>): TraceRecord =>
  ({ id: "example", problem: "1+1", prompt: "What is 1 + 1?", cot: "", answer: "2", tier: "standard", derivedAt: null, ...trace })

const thoughts = [
  "", "2", "1 + 1 = 2.", "First, 1 + 1 = 2. Wait. Is it? Yes, it is 2.", "One.\n\nTwo: 3.14, i.e. pi.\n\n1. A list.\n2. Of two.\n\nSo 2.", "\n\n \n\n", "no digit",
  "D92a+24=1616b+23=39A39W92a+24=16!M18a+24=32/", "😀 one 1. é two 2.\r\n\r\nthree 3"
]
const probes: ReadonlyArray<TraceRecord> = thoughts.flatMap((cot, index) => [
  filled({ id: `${index}`, cot, derivedAt: cot.includes("2") ? cot.indexOf("2") + 1 : null }), filled({ id: `${index}-open`, cot, answer: "", closed: false })
])

const faultOf = (before: TraceRecord, after: TraceRecord): string | null => {
  if (after.id !== before.id) return `the id became ${JSON.stringify(after.id)}: random numbers are keyed by it`
  for (const key of ["problem", "prompt", "cot", "answer", "tier"] as const) if (typeof after[key] !== "string") return `${key} is ${JSON.stringify(after[key])}, expected a text`
  const { cot, derivedAt } = after
  return derivedAt === null || (Number.isInteger(derivedAt) && derivedAt > 0 && derivedAt <= cot.length) ? null
    : `derivedAt is ${String(derivedAt)}, expected null or 1 to ${cot.length}`
}

export const checkTransform = (context: CheckContext<TransformPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const examples = plugin.examples.flatMap(({ becomes, options: written, trace }, index) =>
    withOptions(context, plugin, written, `${index + 1}`, (options) => {
      const found = plugin.transform(filled(trace), { random: exampleRandom }, options)
      return Object.entries(becomes).map(([key, value]) => same(key, `${index + 1}`, value, found[key as keyof TraceRecord]))
    }))
  const everywhere = (written: unknown) => withOptions(context, plugin, written, "everywhere", (options) => {
    const faults = probes.flatMap((trace) => {
      const change = () => plugin.transform(Object.freeze({ ...trace }), { random: keyedRandom(trace.id) }, options)
      const found = change()
      const fault = faultOf(trace, found) ?? (JSON.stringify(change()) === JSON.stringify(found) ? null : "another trace the second time")
      return fault === null ? [] : [`${fault}, for ${JSON.stringify(trace.cot)}`]
    })
    const count = `${probes.length} traces`
    return [holds("still a trace, always the same", `everywhere ${JSON.stringify(written ?? {})}`, count, faults[0] ?? count, faults.length === 0)]
  })
  const writtens = new Map(plugin.examples.map(({ options }) => [JSON.stringify(options ?? {}), options]))
  if (Result.isSuccess(decodeOptions(plugin, undefined))) writtens.set("{}", undefined)
  return [hasExamples(plugin.examples), ...examples, ...[...writtens.values()].flatMap(everywhere)]
}
