/** Opens and reads a source in a folder of its own, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { onTestFinished } from "vitest"
import { openRaw } from "../../../framework/sources/open-raw.ts"
import type { RawItem, RawRequest, RawSource } from "../../../framework/sources/RawSource.ts"
import { SourceError } from "../../../framework/sources/SourceError.ts"

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-sources-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export type Asked = Partial<RawRequest> & { readonly source: string; readonly folder: string }

export const requestOf = (asked: Asked): RawRequest =>
  ({ revision: null, files: null, where: null, onBadRecord: "stop", cacheFolder: join(asked.folder, "cache"), ...asked })

/** Uses an opened source; what it throws comes out. */
export const using = async <A>(asked: Asked, use: (source: RawSource) => Promise<A>): Promise<A> => {
  const result = await Effect.runPromise(Effect.result(Effect.scoped(Effect.gen(function*() {
    const source = yield* openRaw(requestOf(asked))
    return yield* Effect.tryPromise({ try: () => use(source), catch: (thrown) => thrown })
  }))))
  if (result._tag === "Failure") throw result.failure
  return result.success
}

export const itemsOf = (asked: Asked): Promise<Array<RawItem>> => using(asked, async (source) => {
  const items: Array<RawItem> = []
  for await (const item of source.items()) items.push(item)
  return items
})

export const recordsOf = async (asked: Asked): Promise<Array<unknown>> =>
  (await itemsOf(asked)).flatMap((item) => "record" in item ? [item.record] : [])

/** The error that reading ends in. */
export const errorOf = async (asked: Asked): Promise<SourceError> => {
  try {
    await using(asked, async (source) => {
      for await (const item of source.items()) void item
    })
  } catch (thrown) {
    if (thrown instanceof SourceError) return thrown
    throw thrown
  }
  throw new Error("it went well")
}

/** Writes a file into a new folder and says how to ask for it. */
export const fileOf = (name: string, content: string | Uint8Array, kind = "file"): Asked => {
  const folder = newFolder()
  writeFileSync(join(folder, name), content)
  return { source: `${kind}:${name}`, folder }
}
