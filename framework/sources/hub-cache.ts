/**
 * Files of the hub on this machine, laid out as the official clients do (blobs, snapshots, refs), so that they share them.
 * What is interrupted is resumed where it broke off; what has come is checked against its digest before it counts.
 */
import { createHash } from "node:crypto"
import { mkdir, open, readFile, rename, rm, stat, statfs, symlink, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { HubFile } from "./hub-choice.ts"
import { type HubAccess, hubFetch, offline, patienceMs, whyOf } from "./hub-fetch.ts"
import { stopped } from "./read-bytes.ts"
import { SourceError } from "./SourceError.ts"

export interface Repository {
  readonly access: HubAccess
  readonly repository: string
  readonly commit: string
  /** this data set's folder in the clients' cache */
  readonly folder: string
}

export const repositoryFolder = (cache: string, repository: string): string => join(cache, `datasets--${repository.replace("/", "--")}`)

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? -1

const blobOf = ({ folder }: Repository, file: HubFile): string => join(folder, "blobs", file.digest)

/** Commit that a branch or tag stood for when it was last asked. */
export const readRef = async (folder: string, revision: string): Promise<string | null> =>
  readFile(join(folder, "refs", revision), "utf8").then((text) => text.trim(), () => null)

export const writeRef = async (folder: string, revision: string, commit: string): Promise<void> => {
  const path = join(folder, "refs", revision)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, commit)
}

const diskFull = (name: string, expected: string, found: string) => new SourceError({
  code: "disk-full", place: name, expected, found, advice: "Make room, set HF_HOME to another disk, or take fewer files by `files`."
})

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/** @throws SourceError `disk-full`, unless the disk of `folder` has room for so many bytes and some more */
const checkRoom = async (folder: string, bytes: number, name: string): Promise<void> => {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < bytes + 2 ** 28) throw diskFull(name, `${gibibytes(bytes)} free for its files`, gibibytes(bavail * bsize))
}

/** Appends what is still missing of a file. Gives how many bytes came, and why they ended early, if they did. */
const appendRest = async (source: Repository, file: HubFile, path: string): Promise<{ readonly came: number; readonly broke: string | null }> => {
  const { access, repository, commit } = source
  let have = Math.max(0, await sizeOf(path))
  if (have >= file.size) return { came: 0, broke: null }
  const url = `${access.address}/datasets/${repository}/resolve/${commit}/${file.path.split("/").map(encodeURIComponent).join("/")}`
  // a watch on the body, which may fall silent
  const silence = new AbortController()
  let timer = setTimeout(() => {}, 0)
  const watch = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(new DOMException("", "TimeoutError")), patienceMs)
  }
  let came = 0
  const response = await hubFetch(access, url, file.path, {
    headers: { "accept-encoding": "identity", ...(have > 0 ? { range: `bytes=${have}-` } : {}) }, signal: silence.signal
  }, [416])
  const starts = /^bytes (\d+)-/u.exec(response.headers.get("content-range") ?? "")?.[1]
  // a whole answer, or one of another part: from the beginning
  const continues = response.status === 206 && Number(starts) === have
  if (have > 0 && !continues) {
    await rm(path, { force: true })
    have = 0
    if (response.status !== 200) {
      await response.body?.cancel().catch(() => {})
      return { came: 0, broke: `an answer of ${response.status} that is no continuation` }
    }
  }
  const out = await open(path, "a")
  try {
    watch()
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      watch()
      await out.appendFile(piece)
      came += piece.length
      if (have + came > file.size) return { came, broke: null }
    }
    return { came, broke: have + came < file.size ? "an answer that ends early" : null }
  } catch (thrown) {
    if (access.signal?.aborted === true) throw stopped(access.name)
    if ((thrown as { code?: string }).code === "ENOSPC") throw diskFull(access.name, "room for its files", "a full disk")
    return { came, broke: whyOf(thrown) }
  } finally {
    clearTimeout(timer)
    await out.close()
  }
}

/** Digest as the hub tells it: SHA-256 of large files; of small ones git's, whose header holds the length. */
const digestOf = async (path: string, file: HubFile): Promise<string> => {
  const hash = createHash(file.digest.length === 64 ? "sha256" : "sha1")
  if (file.digest.length === 40) hash.update(`blob ${await sizeOf(path)}\0`)
  const handle = await open(path, "r")
  try {
    for await (const piece of handle.createReadStream({ autoClose: false })) hash.update(piece as Buffer)
  } finally {
    await handle.close()
  }
  return hash.digest("hex")
}

/** Downloads a file to its blob. @throws SourceError `hub-offline`, `hub-damaged`, and what a request may throw */
const download = async (source: Repository, file: HubFile): Promise<void> => {
  const { access } = source
  const blob = blobOf(source, file)
  const partial = `${blob}.leadspan-part`
  await mkdir(dirname(blob), { recursive: true })
  // two processes may have written into one part, or the part is of a damaged disk: then once more from the beginning
  for (let round = 0; round < 2; round++) {
    let fruitless = 0
    if (file.size === 0) await writeFile(partial, "")
    while (await sizeOf(partial) < file.size) {
      const { came, broke } = await appendRest(source, file, partial)
      if (broke === null) break
      fruitless = came > 0 ? 0 : fruitless + 1
      if (fruitless >= access.attempts) throw offline(access, file.path, broke)
      await sleep(access.firstWaitMs)
    }
    if (await sizeOf(partial) === file.size && await digestOf(partial, file) === file.digest) {
      await rename(partial, blob)
      return
    }
    await rm(partial, { force: true })
  }
  throw new SourceError({ code: "hub-damaged", place: `${access.name} ${file.path}`, expected: `${file.size} bytes of digest ${file.digest.slice(0, 12)}...`,
    found: "other bytes, twice", advice: "Start again later; if it stays so, the mirror or a proxy changes files." })
}

/** Paths of the files on this machine, downloading what is not there yet. */
export const fetchFiles = async (source: Repository, files: ReadonlyArray<HubFile>): Promise<ReadonlyArray<string>> => {
  await mkdir(join(source.folder, "blobs"), { recursive: true })
  const absent: Array<HubFile> = []
  for (const file of files) if (await sizeOf(blobOf(source, file)) !== file.size) absent.push(file)
  await checkRoom(source.folder, absent.reduce((sum, { size }) => sum + size, 0), source.access.name)
  const paths: Array<string> = []
  for (const file of files) {
    const blob = blobOf(source, file)
    if (await sizeOf(blob) !== file.size) {
      await rm(blob, { force: true })
      await download(source, file)
    }
    const snapshot = join(source.folder, "snapshots", source.commit, file.path)
    if (await sizeOf(snapshot) !== file.size) {
      await mkdir(dirname(snapshot), { recursive: true })
      await rm(snapshot, { force: true })
      // another process may have made it at this moment
      await symlink(relative(dirname(snapshot), blob), snapshot).catch(() => {})
    }
    paths.push(blob)
  }
  return paths
}
