/**
 * First half of set-up, before any package is there: the Node side. Plain JavaScript on Node's own modules.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Ends the process with one sentence and what mends it. */
export const refuse = (sentence) => {
  console.error(`leadspan: ${sentence}`)
  process.exit(1)
}

const checkMachine = () => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    refuse(`runs on Linux x86-64 with glibc; this is ${process.platform} ${process.arch}.`)
  }
  if (process.report?.getReport().header.glibcVersionRuntime === undefined) {
    refuse("needs a Linux with glibc, because TensorFlow's library is built for it; this one has another C library.")
  }
  const [major, minor] = process.versions.node.split(".").map(Number)
  if (major < 20 || (major === 20 && minor < 20)) {
    refuse(`needs Node 20.20 or newer and this is ${process.versions.node}; install one, for example with: nvm install 20`)
  }
}

/** Installs the locked packages unless they are there already. */
export const ensurePackages = () => {
  checkMachine()
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex")
  const stamp = join(root, "node_modules", ".leadspan-lock")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return
  console.log("· installing the locked npm packages")
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root, stdio: ["ignore", "inherit", "inherit"]
  })
  if (npm.error) refuse("npm was not found; install Node 20.20 with npm.")
  if (npm.status !== 0) refuse("npm could not install the locked packages (its message is above); check the network, then run: npm ci --ignore-scripts")
  writeFileSync(stamp, lock)
}
