/** Who listens on a port: a reply on it alone does not tell, another server may have taken it. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs"

const listenState = "0A"

/** Inodes of the sockets that listen on an IPv4 port. */
const listeningInodes = (port: number): ReadonlySet<string> => {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0")
  const inodes = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1).map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listenState && fields[1]?.endsWith(`:${hexPort}`))
    .map((fields) => fields[9]!)
  return new Set(inodes)
}

const linkOrNothing = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return ""
  }
}

const socketsOf = (pid: number): ReadonlyArray<string> => {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOrNothing(`/proc/${pid}/fd/${fd}`))
      .flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
  } catch {
    // it has just ended
    return []
  }
}

/** True if one of these processes listens on the loopback port. */
export const isListening = (port: number, pids: ReadonlyArray<number>): boolean => {
  const inodes = listeningInodes(port)
  return inodes.size > 0 && pids.some((pid) => socketsOf(pid).some((inode) => inodes.has(inode)))
}
