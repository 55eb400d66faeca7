/** `leadspan model inspect FOLDER`. */
import { Data, Effect, Option } from "effect"
import { quietly } from "./quiet.ts"
import { print, short } from "./terminal.ts"

class BadIds extends Data.TaggedError("UnknownSelection")<{ readonly message: string }> {}

interface Given {
  readonly folder: string
  readonly ids: Option.Option<string>
  readonly generate: number
  readonly json: boolean
}

const parseIds = (text: string) => {
  const ids = text.split(",").map((part) => part.trim())
  const wrong = ids.find((part) => !/^\d+$/.test(part))
  return wrong === undefined
    ? Effect.succeed(ids.map(Number))
    : Effect.fail(new BadIds({ message: `--ids: \`${wrong}\` is no token id; write whole numbers joined by commas, e.g. --ids 5,6,7` }))
}

export const inspect = (given: Given) => quietly(inspectHere(given))

const inspectHere = Effect.fnUntraced(function*(given: Given) {
  const ids = yield* Option.match(given.ids, { onNone: () => Effect.succeed([]), onSome: parseIds })
  const { inspectModel } = yield* Effect.promise(() => import("../engines/tfjs/inspect.ts"))
  const inspection = yield* Effect.tryPromise({
    try: () => inspectModel(given.folder, ids, given.generate),
    catch: (error) => error as Error
  })
  if (given.json) {
    print(JSON.stringify(inspection))
    return
  }
  print(`${inspection.architecture}, ${short(inspection.parameters)} parameters`)
  for (const [position, logits] of inspection.logits.entries()) {
    const best = logits.map((logit, id) => [logit, id] as const).sort(([a], [b]) => b - a).slice(0, 5)
    print(`position ${position}, id ${ids[position]}: ${best.map(([logit, id]) => `${id} (${logit.toFixed(3)})`).join("  ")}`)
  }
  if (inspection.generated.length > 0) print(`generated: ${inspection.generated.join(", ")}`)
})
