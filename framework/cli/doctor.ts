/** `leadspan doctor`: what is there, what is missing, and which device computes. */
import { existsSync } from "node:fs"
import { availableParallelism, cpus, freemem, totalmem } from "node:os"
import { Effect, Exit } from "effect"
import { runToEnd } from "../runner/ProcessGroup.ts"
import { startWorker } from "../runner/Worker.ts"
import { bindingPath, boundVariant } from "../setup/install.ts"
import { environments } from "../setup/project.ts"
import { version } from "../setup/version.ts"
import { engines } from "../engines/registry.ts"
import { exitCodes, exitWith } from "./failures.ts"
import { openSession } from "./session.ts"
import { print, short } from "./terminal.ts"
import { join } from "node:path"
import { readFileSync } from "node:fs"

interface Finding {
  readonly what: string
  readonly isGood: boolean
  readonly found: string
  readonly mend: string | null
}

const program = (what: string, command: string, args: ReadonlyArray<string>, mend: string) =>
  runToEnd({ command, args }).pipe(
    Effect.map(({ exitCode, output }): Finding => ({
      what, isGood: exitCode === 0, found: output.trim().split("\n")[0] ?? "", mend: exitCode === 0 ? null : mend
    })),
    Effect.catchTag("CannotStart", () => Effect.succeed<Finding>({ what, isGood: false, found: "not found", mend }))
  )

export const doctor = Effect.fnUntraced(function*(given: { readonly json: boolean }) {
  const { project } = yield* openSession()
  const env = environments(project)
  const findings: Array<Finding> = [
    { what: "leadspan", isGood: true, found: version, mend: null },
    { what: "node", isGood: true, found: process.versions.node, mend: null },
    {
      what: "machine", isGood: true, mend: null,
      found: `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores, ${short(freemem())}B free of ${short(totalmem())}B`
    },
    yield* program("C++ compiler", "g++", ["--version"], "install it, on Debian or Ubuntu with: sudo apt-get install g++"),
    yield* program("Python", "python3", ["--version"], "install it, on Debian or Ubuntu with: sudo apt-get install python3 python3-pip python3-venv"),
    existsSync(env.mlflowProgram)
      ? yield* program("MLflow", env.mlflowProgram, ["--version"], "run: npx leadspan setup")
      : { what: "MLflow", isGood: false, found: "not installed", mend: "run: npx leadspan setup" },
    {
      what: "TensorFlow binding", isGood: existsSync(bindingPath()), found: boundVariant(project) ?? "not compiled",
      mend: existsSync(bindingPath()) ? null : "run: npx leadspan setup"
    }
  ]
  for (const engine of engines.values()) {
    const numerics = { threadsPerTrial: 1, onednn: true, recordGraphs: true, usesGpu: boundVariant(project) === "cuda" }
    const exit = yield* Effect.exit(Effect.scoped(startWorker({
      command: process.execPath, args: [join(project.package, "dist", engine.workerFile)], env: engine.environment(numerics)
    }, (path) => readFileSync(path, "utf8")).pipe(Effect.map(({ device }) => device))))
    findings.push(Exit.isSuccess(exit)
      ? { what: `engine ${engine.name}`, isGood: true, found: `${exit.value.library} computes on ${exit.value.computes} (${exit.value.cpuModel})`, mend: null }
      : { what: `engine ${engine.name}`, isGood: false, found: "its worker does not start", mend: "run: npx leadspan setup" })
  }
  if (given.json) {
    print(JSON.stringify(findings, null, 2))
  } else {
    for (const { found, isGood, mend, what } of findings) {
      print(`${isGood ? "ok  " : "LACK"}  ${what.padEnd(20)} ${found}${mend === null ? "" : `; ${mend}`}`)
    }
  }
  if (findings.some(({ isGood }) => !isGood)) yield* exitWith(exitCodes.failed)
})
