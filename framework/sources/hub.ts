/** Data sets of the Hugging Face hub: a name and a revision to a commit, its files, and what stands for them. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { checkContent } from "./check-content.ts"
import { fetchFiles, readRef, type Repository, repositoryFolder, writeRef } from "./hub-cache.ts"
import { chooseFiles, type HubFile } from "./hub-choice.ts"
import { type HubAccess, hubFetch } from "./hub-fetch.ts"
import { checkEndpoint, checkRepository, checkRevision, isCommit, isDigest, isSafePath } from "./hub-names.ts"
import type { Located } from "./open-raw.ts"
import type { RawFile, RawRequest } from "./RawSource.ts"
import { asSourceError, SourceError } from "./SourceError.ts"

const mostListed = 100_000

const accessOf = (request: RawRequest, repository: string): HubAccess => {
  const { address, origin, mayHoldToken } = checkEndpoint(request.hubEndpoint ?? (process.env["HF_ENDPOINT"] || "https://huggingface.co"))
  const token = process.env["HF_TOKEN"]?.trim()
  return {
    address, origin, name: `hf:${repository}`, signal: request.signal, attempts: 5, firstWaitMs: 500,
    token: mayHoldToken && token !== undefined && /^[\x21-\x7e]+$/u.test(token) ? token : null
  }
}

const strange = (access: HubAccess, what: string, found: string) => new SourceError({
  code: "hub-answer", place: access.name, expected: what, found, advice: `Check that ${access.address} is a hub of data sets.`
})

/** The client's own requests go through ours: with the token, patience and our errors. */
const clientFetch = (access: HubAccess, what: string): typeof fetch => (url, init) => hubFetch(access, String(url), what, init)

const asAnswer = (access: HubAccess) => asSourceError("hub-answer", access.name, "an answer as the hub gives it", `Check that ${access.address} is a hub of data sets.`)

const askCommit = async (access: HubAccess, repository: string, revision: string): Promise<string> => {
  const { datasetInfo } = await import("@huggingface/hub")
  const info = await datasetInfo({
    name: repository, revision, additionalFields: ["sha"], hubUrl: access.address, fetch: clientFetch(access, `revision ${revision}`)
  }).catch((thrown) => Promise.reject(asAnswer(access)(thrown)))
  if (!isCommit(info.sha)) throw strange(access, "the commit of a revision", "none")
  return info.sha
}

/** The commit that a revision stands for. Without a network, what it stood for when it was last asked. */
const commitOf = async (access: HubAccess, repository: string, revision: string, folder: string): Promise<string> => {
  if (isCommit(revision)) return revision
  try {
    const commit = await askCommit(access, repository, revision)
    await writeRef(folder, revision, commit)
    return commit
  } catch (thrown) {
    const known = thrown instanceof SourceError && thrown.code === "hub-offline" ? await readRef(folder, revision) : null
    if (isCommit(known)) return known
    throw thrown
  }
}

const askFiles = async (access: HubAccess, repository: string, commit: string): Promise<ReadonlyArray<HubFile>> => {
  const { listFiles } = await import("@huggingface/hub")
  const files: Array<HubFile> = []
  let entries = 0
  const listing = listFiles({
    repo: { type: "dataset", name: repository }, recursive: true, revision: commit, hubUrl: access.address, fetch: clientFetch(access, "the list of files")
  })
  try {
    for await (const { type, path, size, oid, lfs } of listing) {
      if (++entries > mostListed) throw strange(access, `at most ${mostListed} files and folders`, "more")
      if (type !== "file") continue
      const digest = lfs?.oid ?? oid
      if (typeof path !== "string" || !isSafePath(path)) throw strange(access, "paths below the data set's folder", `${JSON.stringify(String(path).slice(0, 100))}`)
      const bytes = lfs?.size ?? size
      if (!isDigest(digest) || !Number.isSafeInteger(bytes) || bytes < 0) throw strange(access, "a digest and a size for each file", "something else")
      files.push({ path, size: bytes, digest })
    }
  } catch (thrown) {
    throw asAnswer(access)(thrown)
  }
  return files
}

/** The list of a commit's files never changes: it is kept, so that what is there can be read without a network. */
const filesOf = async (access: HubAccess, repository: string, commit: string, cacheFolder: string): Promise<ReadonlyArray<HubFile>> => {
  const folder = join(cacheFolder, "hub", repository.replace("/", "--"))
  const path = join(folder, `${commit}.json`)
  const known = await readFile(path, "utf8").then((text): unknown => JSON.parse(text), () => null).catch(() => null)
  const isList = Array.isArray(known) && known.every((file) => isSafePath(String(file?.path)) && isDigest(file?.digest) && Number.isSafeInteger(file?.size))
  if (isList) return known as ReadonlyArray<HubFile>
  const files = await askFiles(access, repository, commit)
  await mkdir(folder, { recursive: true })
  await writeFile(`${path}.${process.pid}`, JSON.stringify(files))
  await rename(`${path}.${process.pid}`, path)
  return files
}

/** Text files that were only told apart by their extension must all turn out to be one kind. */
const withKinds = async (files: ReadonlyArray<RawFile>, name: string): Promise<ReadonlyArray<RawFile>> => {
  const seen: Array<RawFile> = []
  for (const file of files) seen.push({ ...file, kind: await checkContent(file, true) })
  const kinds = [...new Set(seen.map(({ kind }) => kind))]
  if (kinds.length <= 1) return seen
  throw new SourceError({ code: "hub-files", place: name, expected: "files of one kind", found: kinds.join(" and "), advice: "Narrow them by `files`." })
}

/**
 * Opens a data set of the hub: resolves its revision, chooses files, fetches what is not there.
 * @throws SourceError
 */
export const openHub = async (request: RawRequest, repository: string): Promise<Located> => {
  checkRepository(repository)
  const revision = checkRevision(request.revision)
  const access = accessOf(request, repository)
  const { getHFHubCachePath } = await import("@huggingface/hub")
  const folder = repositoryFolder(getHFHubCachePath(), repository)
  const commit = await commitOf(access, repository, revision, folder)
  const { kind, files } = chooseFiles(access.name, await filesOf(access, repository, commit, request.cacheFolder), request.files)
  const source: Repository = { access, repository, commit, folder }
  const paths = await fetchFiles(source, files)
  const found = await withKinds(files.map(({ path }, i) => ({ path: paths[i]!, name: `${repository}/${path}`, kind })), access.name)
  return {
    files: found, kind: found[0]!.kind, bytes: files.reduce((sum, { size }) => sum + size, 0),
    identity: { kind: found[0]!.kind, hub: repository, commit, files: files.map(({ path, digest }) => ({ path, digest })) }
  }
}
