/** Where a project keeps its things, and where Leadspan itself lies. */
import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

export interface Project {
  /** folder of the user's project: the nearest one above that has `.leadspan/` or a package.json */
  readonly root: string
  readonly state: string
  readonly store: string
  readonly journals: string
  readonly leases: string
  readonly mlflow: string
  readonly tracking: string
  readonly cache: string
  readonly reports: string
  /** Leadspan's own folder: its plugins, its experiments, its built files */
  readonly package: string
}

const above = (folder: string, isIt: (folder: string) => boolean): string | null => {
  if (isIt(folder)) return folder
  const parent = dirname(folder)
  return parent === folder ? null : above(parent, isIt)
}

/** Folder of the package that this file belongs to, bundled or not. */
export const packageFolder = (): string =>
  above(dirname(fileURLToPath(import.meta.url)), (folder) => existsSync(join(folder, "package.json"))) ?? process.cwd()

/** The project that `from` lies in. */
export const findProject = (from: string = process.cwd()): Project => {
  const start = resolve(from)
  const root = above(start, (folder) => existsSync(join(folder, ".leadspan")) || existsSync(join(folder, "package.json"))) ?? start
  const state = join(root, ".leadspan")
  return {
    root,
    state,
    store: join(state, "store"),
    journals: join(state, "journal"),
    leases: join(state, "leases"),
    mlflow: join(state, "mlflow"),
    tracking: join(state, "tracking"),
    cache: join(state, "cache"),
    reports: join(state, "reports"),
    package: packageFolder()
  }
}

/** Python environments and libraries that set-up installs, for this project. */
export const environments = (project: Project) => {
  const env = join(project.state, "env")
  return {
    folder: env,
    uv: join(env, "uv"),
    mlflow: join(env, "mlflow"),
    mlflowProgram: join(env, "mlflow", "bin", "mlflow"),
    tensorflow: (variant: "cpu" | "cuda") => join(env, `tensorflow-${variant}`)
  }
}
