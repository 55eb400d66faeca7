/**
 * Which run has started the project's MLflow: it ends with that run. A run that was killed leaves the server behind, and the
 * next one ends it in its stead; one that a person has started by `leadspan ui` stays.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Option, Schema } from "effect"
import { identityOf, isGone, ProcessIdentity } from "../journal/process-identity.ts"
import type { Project } from "../setup/project.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(ProcessIdentity))
const pathOf = (project: Project): string => join(project.mlflow, "started-by.json")

const readStarter = (project: Project): Option.Option<ProcessIdentity> => {
  try {
    return decode(readFileSync(pathOf(project), "utf8"))
  } catch {
    return Option.none()
  }
}

const noteStarter = (project: Project): void => {
  mkdirSync(project.mlflow, { recursive: true })
  writeFileSync(pathOf(project), JSON.stringify(identityOf(process.pid)))
}

/** The server is nobody's run any more: it has ended, or a person keeps it. */
export const forgetStarter = (project: Project): void => rmSync(pathOf(project), { force: true })

/**
 * Notes this process before the server is reached, since it may be killed while one starts.
 * @returns to be asked once the server answers: whether this run is to end it
 */
export const claimServer = (project: Project): (isReused: boolean) => boolean => {
  const starter = readStarter(project)
  const isOrphan = Option.exists(starter, isGone)
  const isFree = Option.isNone(starter) || isOrphan
  if (isFree) noteStarter(project)
  return (isReused) => {
    const isOurs = !isReused || isOrphan
    if (isOurs) noteStarter(project)
    else if (isFree) forgetStarter(project)
    return isOurs
  }
}
