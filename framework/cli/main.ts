#!/usr/bin/env node
/**
 * The command line. Help was written down from the tree of commands when this was built (`help-texts.ts`), so that asking
 * for it loads nothing; everything else is loaded when it is asked for.
 */
import { readFileSync } from "node:fs"

interface HelpText {
  readonly plain: string
  readonly coloured: string
}

const isSet = (name: string): boolean => (process.env[name] ?? "") !== ""

/** The same signs that Effect's command line goes by. */
const canColour = (): boolean => process.env["TERM"] !== "dumb" && !isSet("NO_COLOR") &&
  (process.stdout.isTTY === true || (isSet("FORCE_COLOR") && !["0", "false"].includes((process.env["FORCE_COLOR"] as string).toLowerCase())))

const writtenHelp = (path: string): HelpText | undefined => {
  try {
    return (JSON.parse(readFileSync(new URL("help.json", import.meta.url), "utf8")) as Record<string, HelpText>)[path]
  } catch {
    return undefined
  }
}

// Whoever reads the output may stop reading (`leadspan plan ... | head`): that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
  process.exit()
})

const words = process.argv.slice(2)
const help = ["--help", "-h"].includes(words.at(-1) ?? "") ? writtenHelp(words.slice(0, -1).join(" ")) : undefined
if (help === undefined) await import("./command-line.ts")
else process.stdout.write(canColour() ? help.coloured : help.plain)
