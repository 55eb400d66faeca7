/** A project outside the repository, with the packed tarball installed and a loss of its own: `plugin new`, `plugin test`, `plugin list`. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const project = mkdtempSync(join(tmpdir(), "leadspan-packed-"))
const modules = join(project, "node_modules")

/** All entries of node_modules, those of scopes one by one. */
const packagesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => !name.startsWith(".")).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name])

const leadspan = (...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(modules, "leadspan", "dist", "leadspan.js"), ...args], { cwd: project, encoding: "utf8" })
  return { status, stdout, stderr }
}

const write = (path: string, text: string) => {
  mkdirSync(join(project, path, ".."), { recursive: true })
  writeFileSync(join(project, path), text)
}

beforeAll(async () => {
  const { build } = await import("../../framework/setup/build.mjs" as string) as { build: () => Promise<boolean> }
  await build()
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", project], { cwd: root })
  const [tarball] = readdirSync(project).filter((name) => name.endsWith(".tgz"))
  mkdirSync(join(modules, "leadspan"), { recursive: true })
  // npm would unpack the tarball here and put its dependencies beside it; those are linked, so that no registry is asked
  execFileSync("tar", ["-xzf", join(project, tarball!), "-C", join(modules, "leadspan"), "--strip-components=1"])
  for (const name of packagesOf(join(root, "node_modules"))) {
    mkdirSync(join(modules, name, ".."), { recursive: true })
    symlinkSync(join(root, "node_modules", name), join(modules, name))
  }
  write("package.json", JSON.stringify({ name: "of-its-own", private: true, type: "module", dependencies: { leadspan: `file:${tarball}` } }))
  write("plugins/losses/half-forward.ts", `import * as effect from "effect"
import { defineLoss, Schema, withDefault } from "leadspan"
import { scale } from "./half-forward/scale.ts"

if (effect.Schema !== Schema) throw new Error("two copies of effect")

export default defineLoss({
  name: "half-forward",
  options: Schema.Struct({ factor: withDefault(Schema.Finite, scale) }),
  temperatureScale: "T^2",
  linearInTeacher: true,
  perToken: (op, { student_TS, teacher_TS }, { factor }) =>
    op.scale(op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, student_TS))), factor),
  examples: [
    { student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.065406] },
    { options: { factor: 2 }, student: [[0, 0]], teacher: [[0, Math.log(3)]], perToken: [0.261624] }
  ]
})
`)
  write("plugins/losses/half-forward/scale.ts", "export const scale = 0.5\n")
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe("a project outside the repository", () => {
  it("tests a loss of its own", () => {
    const { status, stderr, stdout } = leadspan("plugin", "test", "plugins/losses/half-forward.ts")
    assert.strictEqual(status, 0, stdout + stderr)
    assert.match(stdout, /loss half-forward/)
    assert.match(stdout, /15 checks hold/)
  })

  it("lists it beside those that ship", () => {
    const { status, stderr, stdout } = leadspan("plugin", "list")
    assert.strictEqual(status, 0, stdout + stderr)
    for (const name of ["half-forward", "forward-kl", "js", "middle"]) assert.match(stdout, new RegExp(`\\b${name}\\b`))
  })

  it("writes a new one that holds its checks as it is", () => {
    const made = leadspan("plugin", "new", "loss", "my-own")
    assert.strictEqual(made.status, 0, made.stdout + made.stderr)
    assert.match(readFileSync(join(project, "plugins/losses/my-own.ts"), "utf8"), /name: "my-own"/)
    const tested = leadspan("plugin", "test", "plugins/losses/my-own.ts")
    assert.strictEqual(tested.status, 0, tested.stdout + tested.stderr)
  })

  it("tells a wrong example from a right one: exit 1", () => {
    write("plugins/losses/wrong.ts", readFileSync(join(project, "plugins/losses/half-forward.ts"), "utf8")
      .replaceAll("half-forward", "wrong").replace("./wrong/scale", "./half-forward/scale").replace("0.065406", "0.075406"))
    const { status, stdout } = leadspan("plugin", "test", "plugins/losses/wrong.ts")
    assert.strictEqual(status, 1)
    assert.match(stdout, /FAIL {2}value +1 +0\.075406 +0\.06540602/)
  })

  it("places what does not load: exit 2, no stack", () => {
    write("plugins/losses/broken.ts", `import { defineLos } from "leadspan"\nexport default defineLos({})\n`)
    const { status, stderr, stdout } = leadspan("plugin", "test", "plugins/losses/broken.ts")
    assert.strictEqual(status, 2, stdout + stderr)
    assert.match(stderr, /broken\.ts:1:10 {2}import {2}No matching export/)
    assert.notMatch(stderr, /^\s+at /m)
  })
})
