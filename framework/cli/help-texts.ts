/** Help of every command, made from the tree of commands: the build writes it beside the command line. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { CliOutput, Command } from "effect/cli"
import { version } from "../setup/version.ts"
import { tree } from "./tree.ts"

interface Named {
  readonly name: string
  readonly subcommands: ReadonlyArray<{ readonly commands: ReadonlyArray<Named> }>
}

/** Words that lead to each command: [] is the whole, ["plugin", "new"] one below another. */
const pathsOf = ({ subcommands }: Named, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> => [
  path,
  ...subcommands.flatMap(({ commands }) => commands).flatMap((command) => pathsOf(command, [...path, command.name]))
]

/** All commands, as the words that call them. */
export const commandPaths: ReadonlyArray<ReadonlyArray<string>> = pathsOf(tree)

const helpOf = Effect.fnUntraced(function*(path: ReadonlyArray<string>, colors: boolean) {
  let text = ""
  const present: CliOutput.Presenter["present"] = (event) => Effect.sync(() => {
    if (event._tag === "Help") text = `${CliOutput.defaultFormatter({ colors }).formatHelpDoc(event.helpDoc)}\n`
  })
  yield* Command.runWith(tree, { version })([...path, "--help"]).pipe(Effect.provideService(CliOutput.Presenter, { present }))
  return text
})

/** By the command's words, joined by blanks: "" for the whole, "run", "plugin new". */
export const helpTexts = Effect.gen(function*() {
  const texts: Record<string, { plain: string; coloured: string }> = {}
  for (const path of commandPaths) texts[path.join(" ")] = { plain: yield* helpOf(path, false), coloured: yield* helpOf(path, true) }
  return texts
}).pipe(Effect.provide(NodeServices.layer))

/** For the build, which has no Effect of its own. */
export const helpJson = (): Promise<string> => Effect.runPromise(Effect.map(helpTexts, (texts) => JSON.stringify(texts)))
