/** A hub of data sets on this machine, with the routes of the real one: info, tree, resolve, and a store that large files lead to. */
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface Asked {
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
}

export interface HubServer {
  readonly address: string
  /** of the store of large files: another origin */
  readonly asked: Array<Asked>
  readonly askedOfStore: Array<Asked>
  /** answers a request before the routes do; true: it did */
  intercept: (request: IncomingMessage, response: ServerResponse, isStore: boolean) => boolean
  files: Record<string, Buffer>
  readonly close: () => Promise<void>
}

export const commit = "0123456789abcdef0123456789abcdef01234567"

const sha = (kind: string, ...parts: ReadonlyArray<string | Buffer>): string => parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash(kind)).digest("hex")
const gitDigest = (bytes: Buffer) => sha("sha1", `blob ${bytes.length}\0`, bytes)
const isLarge = (path: string) => path.endsWith(".parquet") || path.includes("large")

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)))

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(JSON.stringify(value))
}

const send = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => {
  const from = Number(/^bytes=(\d+)-/u.exec(request.headers.range ?? "")?.[1] ?? 0)
  if (from === 0) response.writeHead(200, { "content-length": bytes.length })
  else response.writeHead(206, { "content-length": bytes.length - from, "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
  response.end(bytes.subarray(from))
}

const note = ({ url, headers }: IncomingMessage): Asked => ({ path: url!, range: headers.range, authorization: headers.authorization })

export const startHub = async (files: Record<string, Buffer>, pageSize = 1000): Promise<HubServer> => {
  const hub: Omit<HubServer, "address" | "close"> = { asked: [], askedOfStore: [], intercept: () => false, files }
  const store = createServer((request, response) => {
    hub.askedOfStore.push(note(request))
    if (hub.intercept(request, response, true)) return
    send(request, response, hub.files[decodeURIComponent(request.url!.slice(1))]!)
  })
  const storeAddress = await listen(store)
  const server = createServer((request, response) => {
    hub.asked.push(note(request))
    if (hub.intercept(request, response, false)) return
    const url = new URL(request.url!, "http://hub")
    const { pathname } = url
    if (pathname === "/api/datasets/org/name/revision/main") return json(response, 200, { _id: "1", id: "org/name", sha: commit })
    if (pathname === `/api/datasets/org/name/tree/${commit}`) {
      const from = Number(url.searchParams.get("cursor") ?? 0)
      const entries = [{ type: "directory", path: "data", size: 0, oid: commit }, ...Object.entries(hub.files).map(([path, bytes]) => ({
        type: "file", path, size: bytes.length, oid: gitDigest(isLarge(path) ? Buffer.from("pointer") : bytes),
        ...(isLarge(path) ? { lfs: { oid: sha("sha256", bytes), size: bytes.length, pointerSize: 130 } } : {})
      }))]
      const next = from + pageSize < entries.length ? { link: `<${hubAddress}${pathname}?recursive=true&expand=false&cursor=${from + pageSize}>; rel="next"` } : {}
      return json(response, 200, entries.slice(from, from + pageSize), next as Record<string, string>)
    }
    const [, path] = new RegExp(`^/datasets/org/name/resolve/${commit}/(.+)$`, "u").exec(pathname) ?? []
    const bytes = path === undefined ? undefined : hub.files[decodeURIComponent(path)]
    if (bytes === undefined) return json(response, 404, { error: "Not found" }, { "x-error-code": "RepoNotFound" })
    if (!isLarge(path!)) return send(request, response, bytes)
    response.writeHead(302, { location: `${storeAddress}/${encodeURIComponent(decodeURIComponent(path!))}` })
    response.end()
  })
  const hubAddress = await listen(server)
  return Object.assign(hub, {
    address: hubAddress,
    close: async () => {
      for (const one of [server, store]) {
        one.closeAllConnections()
        await new Promise((resolve) => one.close(resolve))
      }
    }
  })
}
