/** `npm start`: sets everything up, then runs the main job. Every part is skipped when it is already there. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { build } from "./build.mjs"
import { ensurePackages, root } from "./dependencies.mjs"

ensurePackages()
await build()
const asked = process.argv.slice(2)
const command = asked.length > 0 ? asked : ["run", "experiments/quickstart.yaml", "--setup", "--ui"]
const child = spawn(process.execPath, [join(root, "dist", "leadspan.js"), ...command], { cwd: root, stdio: "inherit" })
// Ctrl-C reaches the child by the terminal; this process only waits for its answer.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { if (signal === "SIGTERM") child.kill(signal) })
child.on("exit", (code, signal) => { process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1) })
