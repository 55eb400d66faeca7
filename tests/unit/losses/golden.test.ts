/**
 * Recorded programs and the oracle's numbers, to the last digit: a program is part of a trial's identity, so a change here
 * changes ids. Raise with `npx vitest run tests/unit/losses/golden -u` and say so in the log.
 */
import { Effect, Result } from "effect"
import { join } from "node:path"
import { expect, it } from "vitest"
import { runOracle } from "../../../framework/losses/oracle.ts"
import { lossProgramText, recordLoss } from "../../../framework/losses/record-loss.ts"
import { decodeOptions } from "../../../framework/plugin/options.ts"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { temporaryFolder } from "../plugin/temporary-folder.ts"

const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder: temporaryFolder() })

it("programs, values and gradients of the losses that ship", async () => {
  const lines: Array<string> = []
  for (const { name } of await Effect.runPromise(registry.list("loss"))) {
    const plugin = await Effect.runPromise(registry.get("loss", name))
    for (const example of plugin.examples) {
      const program = Result.getOrThrow(recordLoss(plugin, Result.getOrThrow(decodeOptions(plugin, example.options))))
      const { perToken, studentLogits } = runOracle(program, example)
      lines.push(
        `${name} ${JSON.stringify(example.options ?? {})}`, `  program   ${lossProgramText(program)}`,
        `  value     ${JSON.stringify(perToken)}`, `  gradient  ${JSON.stringify(studentLogits)}`
      )
    }
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/losses.txt")
})
