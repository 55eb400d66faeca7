/**
 * `npm run test:parity [-- FOLDER...]`: models saved by the tfjs engine load in `transformers` with the same logits.
 * Installs torch and transformers (about 5 GB) into .leadspan/env/parity the first time. Further folders, such as a
 * trained student's, are compared too.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { build } from "esbuild"
import { ensurePackages, refuse, root } from "../../framework/setup/dependencies.mjs"

const here = join(root, "tests", "parity")
const environment = join(root, ".leadspan", "env", "parity")
const python = join(environment, "bin", "python")

const run = (program, args) => {
  const end = spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, HF_HUB_OFFLINE: "1" } })
  return end.status ?? 1
}

const ensureTransformers = () => {
  const requirements = join(here, "requirements.txt")
  const want = createHash("sha256").update(readFileSync(requirements)).update(environment).digest("hex")
  const stamp = `${environment}.stamp`
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === want) return
  const ours = join(root, ".leadspan", "env", "uv", "bin", "uv")
  const uv = existsSync(ours) ? ours : "uv"
  console.log("· installing torch and transformers (about 5 GB)")
  mkdirSync(join(root, ".leadspan", "env"), { recursive: true })
  rmSync(stamp, { force: true })
  if (run(uv, ["venv", "--quiet", "--clear", "--python", "3.11", environment]) !== 0
    || run(uv, ["pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", requirements]) !== 0) {
    refuse("torch and transformers could not be installed (uv's message is above); run `npx leadspan setup`, then this again.")
  }
  writeFileSync(stamp, want)
}

ensurePackages()
ensureTransformers()
const folder = join(root, ".leadspan", "cache", `parity-${process.pid}`)
try {
  const program = join(folder, "folders.mjs")
  await build({
    entryPoints: [join(here, "folders.ts")], outfile: program, bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error"
  })
  const models = join(folder, "models")
  process.exitCode = run(process.execPath, [program, models, ...process.argv.slice(2).map((path) => resolve(path))])
    || run(python, [join(here, "compare.py"), models])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
