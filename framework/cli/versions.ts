/** Versions that a report names. */
import { version } from "../setup/version.ts"

export const versions = (): Readonly<Record<string, string>> => ({ leadspan: version, node: process.versions.node })
