/** `leadspan plugin new | test | list`. */
import { join, relative } from "node:path"
import { Effect } from "effect"
import { tensorflow } from "../engines/tfjs/tensorflow.ts"
import { checkPlugin, renderPluginReport } from "../plugin/check-plugin.ts"
import { isPluginKind, kindNames } from "../plugin/kinds.ts"
import { scaffoldPlugin } from "../plugin/scaffold.ts"
import { exitCodes, exitWith } from "./failures.ts"
import { quietly } from "./quiet.ts"
import { UnknownSelection } from "./select-cells.ts"
import { openSession } from "./session.ts"
import { bold, print } from "./terminal.ts"

export const create = Effect.fnUntraced(function*(given: { readonly kind: string; readonly name: string }) {
  const { kind } = given
  if (!isPluginKind(kind)) {
    return yield* new UnknownSelection({ message: `there is no kind of plugin \`${kind}\`; the kinds: ${kindNames.join(", ")}` })
  }
  const { file } = yield* scaffoldPlugin(kind, given.name, join((yield* openSession()).project.root, "plugins"))
  const shown = relative(process.cwd(), file)
  print(`${shown} is written; try it with: npx leadspan plugin test ${shown}`)
})

export const test = (given: { readonly file: string }) => quietly(testHere(given))

const testHere = Effect.fnUntraced(function*(given: { readonly file: string }) {
  const { project } = yield* openSession()
  const report = yield* checkPlugin(given.file, { cacheFolder: join(project.cache, "plugins"), tensorflow })
  print(renderPluginReport(report))
  if (!report.ok) yield* exitWith(exitCodes.failed)
})

export const list = Effect.fnUntraced(function*(given: { readonly json: boolean }) {
  const { project, registry } = yield* openSession()
  const all = yield* Effect.forEach(kindNames, (kind) => registry.list(kind))
  if (given.json) {
    print(JSON.stringify(all.flat(), null, 2))
    return
  }
  for (const [index, entries] of all.entries()) {
    print(bold(kindNames[index] as string))
    for (const { file, name } of entries) print(`  ${name.padEnd(28)} ${relative(project.root, file)}`)
  }
})
