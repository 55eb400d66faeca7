/** A random name for this project, made once: what tracking knows its own runs by. */
import { randomUUID } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { writeDurably } from "../journal/durable.ts"
import type { Project } from "../setup/project.ts"

export const projectOrigin = (project: Project): string => {
  const file = join(project.state, "origin")
  if (!existsSync(file)) writeDurably(file, randomUUID())
  return readFileSync(file, "utf8").trim()
}
