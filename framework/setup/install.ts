/**
 * Second half of set-up: the Python side and the binding. Every part leaves a stamp last, so that a killed set-up goes on,
 * a finished one costs nothing, and a moved or changed one is made again.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Data, Effect } from "effect"
import { writeDurably } from "../journal/durable.ts"
import { runToEnd } from "../runner/ProcessGroup.ts"
import { environments, type Project } from "./project.ts"

/** Something is missing that set-up cannot install itself. */
export class SetupError extends Data.TaggedError("SetupError")<{ readonly problem: string; readonly mend: string }> {
  override get message(): string {
    return `${this.problem}; ${this.mend}`
  }
}

export type Variant = "cpu" | "cuda"
export type Say = (line: string) => void

const sha256 = (...parts: ReadonlyArray<string>): string => createHash("sha256").update(parts.join("\0")).digest("hex")

const requirementsFile = (project: Project, name: string): string =>
  join(project.package, "framework", "setup", `requirements-${name}.txt`)

/** Does `make` unless the stamp says that it was done for the same `want`. */
const once = Effect.fnUntraced(function*<E>(stamp: string, want: string, exists: string, make: Effect.Effect<void, E>) {
  if (existsSync(exists) && existsSync(stamp) && readFileSync(stamp, "utf8") === want) return false
  rmSync(stamp, { force: true })
  yield* make
  writeDurably(stamp, want)
  return true
})

const python = Effect.fnUntraced(function*() {
  for (const command of ["python3.11", "python3", "python"]) {
    const answer = yield* runToEnd({ command, args: ["-c", "import sys, pip; print(sys.version_info[:2] >= (3, 11))"] })
      .pipe(Effect.catchTag("CannotStart", () => Effect.succeed({ exitCode: 1, output: "" })))
    if (answer.exitCode === 0 && answer.output.includes("True")) return command
  }
  return yield* new SetupError({
    problem: "no Python 3.11 or newer with pip was found",
    mend: "install it, on Debian or Ubuntu with: sudo apt-get install python3 python3-pip python3-venv"
  })
})

/** Runs one installing command; a failure becomes one sentence, with the tool's own last words. */
const install = Effect.fnUntraced(function*(
  what: string, command: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}
) {
  const failed = (detail: string) => new SetupError({
    problem: `${what} could not be installed (${detail})`,
    mend: "check that the Python package index can be reached, then run: npx leadspan setup"
  })
  const end = yield* runToEnd({ command, args, env }).pipe(Effect.catchTag("CannotStart", (error) => Effect.fail(failed(error.message))))
  if (end.exitCode !== 0) {
    const words = end.output.trim().split("\n").filter((line) => line.trim() !== "").at(-1) ?? "no message"
    return yield* failed(words.trim().slice(0, 300))
  }
})

const installUv = Effect.fnUntraced(function*(project: Project, say: Say) {
  const { folder, uv } = environments(project)
  const program = join(uv, "bin", "uv")
  const requirements = requirementsFile(project, "uv")
  yield* once(join(folder, "uv.stamp"), sha256(readFileSync(requirements, "utf8")), program, Effect.gen(function*() {
    say("installing uv")
    const command = yield* python()
    rmSync(uv, { recursive: true, force: true })
    yield* install("uv", command, [
      "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--no-deps", "--require-hashes",
      "--target", uv, "-r", requirements
    ])
  }))
  return program
})

const installMlflow = Effect.fnUntraced(function*(project: Project, uv: string, say: Say) {
  const { folder, mlflow, mlflowProgram } = environments(project)
  const requirements = requirementsFile(project, "mlflow")
  // An environment's programs name its path, so one that was moved is made again.
  const want = sha256(readFileSync(requirements, "utf8"), mlflow)
  yield* once(join(folder, "mlflow.stamp"), want, mlflowProgram, Effect.gen(function*() {
    say("installing MLflow")
    const command = yield* python()
    yield* install("MLflow's environment", uv, ["venv", "--quiet", "--clear", "--python", command, mlflow])
    yield* install("MLflow", uv, [
      "pip", "install", "--quiet", "--require-hashes", "--python", join(mlflow, "bin", "python"), "-r", requirements
    ])
  }))
})

const installTensorflow = Effect.fnUntraced(function*(project: Project, uv: string, variant: Variant, say: Say) {
  const { folder, tensorflow } = environments(project)
  const target = tensorflow(variant)
  const requirements = requirementsFile(project, `tensorflow-${variant}`)
  const want = sha256(readFileSync(requirements, "utf8"))
  yield* once(join(folder, `tensorflow-${variant}.stamp`), want, target, Effect.gen(function*() {
    say(variant === "cpu" ? "installing TensorFlow's library (250 MB)" : "installing TensorFlow's library for CUDA (several GB)")
    const command = yield* python()
    const fresh = `${target}.new`
    rmSync(fresh, { recursive: true, force: true })
    yield* install("TensorFlow's library", uv, [
      "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python", command, "--target", fresh, "-r", requirements
    ])
    rmSync(target, { recursive: true, force: true })
    renameSync(fresh, target)
  }))
  return target
})

/** Folder of the tfjs package whose binding is compiled here. */
export const tfjsFolder = (): string => dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node-gpu/package.json"))

export const bindingPath = (): string => join(tfjsFolder(), "lib", "napi-v8", "tfjs_binding.node")

/** Which TensorFlow the binding is bound to, as set-up recorded it. */
export const boundVariant = (project: Project): Variant | null => {
  const stamp = join(environments(project).folder, "binding.stamp")
  if (!existsSync(stamp) || !existsSync(bindingPath())) return null
  return readFileSync(stamp, "utf8").startsWith("cuda") ? "cuda" : "cpu"
}

const cudaLibraryFolders = (target: string): ReadonlyArray<string> =>
  ["cublas", "cuda_cupti", "cuda_nvrtc", "cuda_runtime", "cudnn", "cufft", "curand", "cusolver", "cusparse", "nccl", "nvjitlink"]
    .map((name) => join(target, "nvidia", name, "lib"))
    .filter((folder) => existsSync(folder))

const compileBinding = Effect.fnUntraced(function*(project: Project, target: string, variant: Variant, say: Say) {
  const source = join(tfjsFolder(), "binding")
  const library = join(target, "tensorflow")
  const headers = join(dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")), "include")
  const binding = bindingPath()
  const want = `${variant} ${sha256(library, binding, readFileSync(join(source, "tfjs_backend.cc"), "utf8"))}`
  yield* once(join(environments(project).folder, "binding.stamp"), want, binding, Effect.gen(function*() {
    say("compiling TensorFlow's binding for Node")
    mkdirSync(dirname(binding), { recursive: true })
    const fresh = `${binding}.${process.pid}`
    const folders = [library, ...(variant === "cuda" ? cudaLibraryFolders(target) : [])]
    const end = yield* runToEnd({
      command: "g++",
      args: [
        "-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8", "-w",
        `-I${headers}`, `-I${source}`, `-I${join(library, "include")}`,
        join(source, "tfjs_backend.cc"), join(source, "tfjs_binding.cc"), "-o", fresh,
        `-L${library}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2",
        ...folders.map((folder) => `-Wl,-rpath,${folder}`), "-Wl,--allow-shlib-undefined"
      ]
    }).pipe(Effect.catchTag("CannotStart", () => Effect.fail(new SetupError({
      problem: "no C++ compiler (g++) was found, and TensorFlow's binding for Node has to be compiled",
      mend: "install it, on Debian or Ubuntu with: sudo apt-get install g++"
    }))))
    if (end.exitCode !== 0) {
      return yield* new SetupError({
        problem: `g++ could not compile TensorFlow's binding (${end.output.trim().split("\n").at(0) ?? "no message"})`,
        mend: "g++ 9 or newer is needed; then run: npx leadspan setup"
      })
    }
    renameSync(fresh, binding)
  }))
})

/** Installs whatever of the Python side and the binding is not there. Idempotent; several parts at once. */
export const setUp = Effect.fn("setUp")(function*(project: Project, variant: Variant, say: Say) {
  mkdirSync(environments(project).folder, { recursive: true })
  const uv = yield* installUv(project, say)
  yield* Effect.all([
    installMlflow(project, uv, say),
    installTensorflow(project, uv, variant, say).pipe(
      Effect.flatMap((target) => compileBinding(project, target, variant, say)))
  ], { concurrency: 2 })
})
