/** Data sets of the hub by name and revision, against a hub on this machine. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { DuckDBInstance } from "@duckdb/node-api"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { matchesGlob } from "../../../framework/sources/glob.ts"
import { chooseFiles } from "../../../framework/sources/hub-choice.ts"
import { commit, type HubServer, startHub } from "./hub-server.ts"
import { type Asked, errorOf, itemsOf, newFolder, recordsOf, using } from "./reading.ts"

const linesOf = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${JSON.stringify({ n: from + i, level: (from + i) % 3 })}\n`).join("")
const token = "hf_secret0123456789"
const environment = ["HF_TOKEN", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_ENDPOINT", "HF_HUB_OFFLINE"]

let hub: HubServer
let folder: string
let before: Record<string, string | undefined>
const asked = (rest: Partial<Asked> = {}): Asked => ({ source: "hf:org/name", revision: "main", folder, ...rest })
const numbers = async (rest: Partial<Asked> = {}) => (await recordsOf(asked(rest))).map((record) => Number((record as { n: unknown }).n))
const cache = () => join(folder, "home/hub/datasets--org--name")
const start = async (files: Record<string, string | Buffer>, pageSize?: number) => {
  hub = await startHub(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes)])), pageSize)
  process.env["HF_ENDPOINT"] = `${hub.address}/`
}

beforeEach(() => {
  folder = newFolder()
  before = Object.fromEntries(environment.map((name) => [name, process.env[name]]))
  for (const name of environment) delete process.env[name]
  process.env["HF_HOME"] = join(folder, "home")
})
afterEach(async () => {
  for (const name of environment) before[name] === undefined ? delete process.env[name] : process.env[name] = before[name]
  await hub?.close()
})

describe("a data set of the hub", () => {
  it("is its train files, one after the other, at the commit that the revision stands for", async () => {
    await start({
      "README.md": "# name", "data/train-00001-of-00002.jsonl": linesOf(3, 5), "data/train-00000-of-00002.jsonl": linesOf(0, 3), "data/test-00000.jsonl": linesOf(9, 12),
      "large/train.csv": "n\n7\n", "dataset_info.json": "{}"
    }, 2)
    await using(asked(), async (source) => {
      assert.deepStrictEqual((await source.sample(9)).map(({ n }) => n), [0, 1, 2, 3, 4])
      assert.strictEqual(source.name, "hf:org/name")
      const identity = source.identity as any
      assert.deepStrictEqual([identity.hub, identity.commit, identity.kind], ["org/name", commit, "jsonl"])
      assert.deepStrictEqual(identity.files.map(({ path }: any) => path), ["data/train-00000-of-00002.jsonl", "data/train-00001-of-00002.jsonl"])
    })
    assert.deepInclude((await itemsOf(asked()))[3], { place: "org/name/data/train-00001-of-00002.jsonl:1" })
    // laid out as the official clients do
    assert.strictEqual(readFileSync(join(cache(), "refs/main"), "utf8"), commit)
    assert.strictEqual(readFileSync(join(cache(), "snapshots", commit, "data/train-00000-of-00002.jsonl"), "utf8"), linesOf(0, 3))
    assert.strictEqual(readdirSync(join(cache(), "blobs")).length, 2)
  })

  it("takes `files`, gzip, JSON that is lines, and `where` over all of them", async () => {
    await start({ "a/x.jsonl.gz": gzipSync(linesOf(0, 10)), "a/y.json": linesOf(10, 20), "b/z.csv": "n\n1\n" })
    assert.deepStrictEqual(await numbers({ files: "a/x.*" }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert.deepStrictEqual(await numbers({ files: "**/y.json", where: "level = 0 AND n > 12" }), [15, 18])
    assert.strictEqual((await errorOf(asked({ files: "a/*" }))).code, "hub-files")
    assert.strictEqual((await errorOf(asked({ files: "none/*" }))).code, "hub-files")
  })

  it("reads Parquet through the store of large files, which never sees the token", async () => {
    const parquet = join(folder, "made.parquet")
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    await connection.run(`COPY (SELECT range AS n, [{'role': 'user', 'content': 'c' || range}] AS messages FROM range(3000)) TO '${parquet}'`)
    connection.closeSync()
    await start({ "data/train-00000-of-00001.parquet": readFileSync(parquet), "train.jsonl": linesOf(0, 3) })
    process.env["HF_TOKEN"] = token
    const items = await itemsOf(asked({ where: "n >= 2998" }))
    assert.deepStrictEqual(items[1], { place: "org/name/data/train-00000-of-00001.parquet, row 2999", record: { n: 2998, messages: [{ role: "user", content: "c2998" }] } })
    assert.isTrue(hub.asked.every(({ authorization }) => authorization === `Bearer ${token}`) && hub.asked.length > 0)
    assert.isTrue(hub.askedOfStore.every(({ authorization }) => authorization === undefined) && hub.askedOfStore.length > 0)
    await using(asked(), async ({ identity }) => assert.notInclude(JSON.stringify(identity), "secret"))
  })

  it("is read without the hub once it is there", async () => {
    await start({ "train.jsonl": linesOf(0, 3) })
    assert.deepStrictEqual(await numbers(), [0, 1, 2])
    const requests = hub.asked.length
    assert.deepStrictEqual(await numbers({ revision: commit }), [0, 1, 2])
    assert.strictEqual(hub.asked.length, requests)
    process.env["HF_HUB_OFFLINE"] = "1"
    assert.deepStrictEqual(await numbers(), [0, 1, 2])
    assert.strictEqual(hub.asked.length, requests)
    delete process.env["HF_HUB_OFFLINE"]
    await hub.close()
    assert.deepStrictEqual(await numbers(), [0, 1, 2])
    assert.deepStrictEqual(await numbers({ revision: commit }), [0, 1, 2])
    const error = await errorOf(asked({ revision: "other" }))
    assert.strictEqual(error.code, "hub-offline")
    assert.match(error.message, /ECONNREFUSED.*HF_ENDPOINT/u)
  })
})

describe("what goes wrong on the way", () => {
  const large = Buffer.from(linesOf(0, 20_000))

  it("a broken connection is taken up where it broke", async () => {
    await start({ "large/train.jsonl": large })
    let breaks = 2
    hub.intercept = (request, response, isStore) => {
      if (!isStore || breaks === 0) return false
      breaks--
      const from = Number(/=(\d+)-/u.exec(request.headers.range ?? "=0-")![1])
      response.writeHead(from === 0 ? 200 : 206, { "content-length": large.length - from, ...(from === 0 ? {} : { "content-range": `bytes ${from}-${large.length - 1}/${large.length}` }) })
      response.write(large.subarray(from, from + 100_000), () => setTimeout(() => response.destroy(), 50))
      return true
    }
    assert.strictEqual((await numbers()).length, 20_000)
    assert.deepStrictEqual(hub.askedOfStore.map(({ range }) => range), [undefined, "bytes=100000-", "bytes=200000-"])
  })

  it("a part of an earlier run is gone on with; one that is damaged is fetched anew", async () => {
    await start({ "large/train.jsonl": large })
    await numbers()
    const [blob] = readdirSync(join(cache(), "blobs")) as [string]
    const path = join(cache(), "blobs", blob)
    for (const [part, ranges] of [[large.subarray(0, 5000), ["bytes=5000-"]], [Buffer.alloc(5000), ["bytes=5000-", undefined]]] as const) {
      rmSync(path)
      writeFileSync(`${path}.leadspan-part`, part)
      hub.askedOfStore.length = 0
      assert.strictEqual((await numbers()).length, 20_000)
      assert.deepStrictEqual(hub.askedOfStore.map(({ range }) => range), [...ranges])
      assert.isFalse(existsSync(`${path}.leadspan-part`))
      assert.strictEqual(statSync(path).size, large.length)
    }
  })

  it("bytes that are not what the hub says are not used", async () => {
    await start({ "large/train.jsonl": large, "small/x.jsonl": linesOf(0, 3) })
    hub.intercept = (request, response, isStore) => {
      if (!isStore && !request.url!.includes("small/x")) return false
      response.end(isStore ? Buffer.alloc(large.length) : linesOf(0, 2) + linesOf(3, 4))
      return true
    }
    for (const files of ["large/*", "small/*"]) assert.strictEqual((await errorOf(asked({ files }))).code, "hub-damaged")
    assert.isEmpty(readdirSync(join(cache(), "blobs")))
  })

  it("a busy hub is waited for as long as it says", async () => {
    await start({ "train.jsonl": linesOf(0, 3) })
    let left = 2
    const times: Array<number> = []
    hub.intercept = (_, response) => {
      times.push(Date.now())
      if (left-- <= 0) return false
      response.writeHead(left === 1 ? 429 : 503, left === 1 ? { "retry-after": "1" } : {})
      response.end()
      return true
    }
    assert.deepStrictEqual(await numbers(), [0, 1, 2])
    assert.isAtLeast(times[1]! - times[0]!, 950)
  })

  it("refusals say what to do, and never the token", async () => {
    await start({ "train.jsonl": linesOf(0, 3) })
    for (const [status, header, code, words] of [
      [401, "GatedRepo", "hub-access", "gated"], [401, "", "hub-access", "HF_TOKEN"], [403, "", "hub-access", "HF_TOKEN"], [404, "RevisionNotFound", "hub-missing", "revision"], [404, "", "hub-missing", "name"]
    ] as const) {
      hub.intercept = (_, response) => {
        response.writeHead(status, { "content-type": "application/json", ...(header === "" ? {} : { "x-error-code": header }) })
        response.end(JSON.stringify({ error: `token ${token}` }))
        return true
      }
      for (const held of [undefined, token]) {
        held === undefined ? delete process.env["HF_TOKEN"] : process.env["HF_TOKEN"] = held
        const error = await errorOf(asked())
        assert.strictEqual(error.code, code)
        assert.include(error.message, words === "name" ? "source" : words)
        assert.notInclude(error.message, "secret")
      }
    }
  })

  it("answers that no hub gives are refused", async () => {
    await start({ "train.jsonl": linesOf(0, 3) })
    const evil = [
      [{ type: "file", path: "../../evil.jsonl", size: 1, oid: commit }], [{ type: "file", path: "/etc/evil.jsonl", size: 1, oid: commit }], [{ type: "file", path: "a\\..\\evil.jsonl", size: 1, oid: commit }],
      [{ type: "file", path: "train.jsonl", size: 1, oid: "../../../evil" }], [{ type: "file", path: "train.jsonl", size: -1.5, oid: commit }], { not: "a list" }
    ]
    for (const listing of evil) {
      hub.intercept = (request, response) => {
        if (!request.url!.includes("/tree/")) return false
        response.end(JSON.stringify(listing))
        return true
      }
      assert.strictEqual((await errorOf(asked())).code, "hub-answer", JSON.stringify(listing))
    }
    hub.intercept = (_, response) => {
      response.end("<html>a proxy's page</html>")
      return true
    }
    assert.strictEqual((await errorOf(asked())).code, "hub-answer")
    assert.deepStrictEqual(readdirSync(folder), ["home"])
    assert.deepStrictEqual(readdirSync(cache()), ["refs"])
  })

  it("names and revisions that could lead elsewhere are refused before anything is asked", async () => {
    await start({ "train.jsonl": linesOf(0, 3) })
    for (const source of ["hf:org", "hf:../etc", "hf:org/..", "hf:org/na..me", "hf:a/b/c", "hf:org/na me", "hf:org/name?x=1", "hf:org/name#x", "hf:org/%2e%2e", "hf:/name", "hf:org/.name", "hf:org\\name", "hf:org/näme"]) {
      assert.strictEqual((await errorOf(asked({ source }))).code, "hub-name", source)
    }
    for (const revision of [null, "", "..", "a/../b", "main?x", "/main", "a b", "-x", "main\n"]) assert.strictEqual((await errorOf(asked({ revision }))).code, "hub-name", String(revision))
    process.env["HF_ENDPOINT"] = "ftp://example.org"
    assert.strictEqual((await errorOf(asked())).code, "hub-name")
    assert.strictEqual((await errorOf(asked({ hubEndpoint: "https://user:pass@example.org" }))).code, "hub-name")
    assert.isEmpty(hub.asked)
  })
})

describe("choosing files", () => {
  const chosen = (paths: ReadonlyArray<string>, pattern: string | null = null) =>
    chooseFiles("hf:org/name", paths.map((path) => ({ path, size: 1, digest: commit })), pattern).files.map(({ path }) => path)

  it("takes split train by the usual names", () => {
    for (const [paths, expected] of [
      [["data/train-00000-of-00001.parquet", "data/test-00000-of-00001.parquet", "metadata/train-00000-of-00001.parquet"], ["data/train-00000-of-00001.parquet"]],
      [["train.jsonl", "test.jsonl", "valid.jsonl"], ["train.jsonl"]], [["b.parquet", "a.parquet", "eval.parquet"], ["a.parquet", "b.parquet"]],
      [["train/x.json", "train/y.json", "test/x.json"], ["train/x.json", "train/y.json"]], [["my_train.csv", "constraint.csv"], ["my_train.csv"]],
      [["data/train2.parquet", "data/training-1.parquet"], ["data/train2.parquet", "data/training-1.parquet"]], [["train.jsonl.gz", "train.csv"], ["train.jsonl.gz"]],
      [["limo.jsonl", "config.json", "dataset_infos.json"], ["limo.jsonl"]], [["default/train/0000.parquet"], ["default/train/0000.parquet"]]
    ] as const) assert.deepStrictEqual(chosen(paths), [...expected])
  })

  it("asks which, or says what is there", () => {
    for (const paths of [["main/train-0.parquet", "socratic/train-0.parquet"], ["README.md"], ["x.tar", "y.bin"], ["test.jsonl"]]) {
      assert.throws(() => chosen(paths), /hub-files/u, paths.join())
    }
    assert.deepStrictEqual(chosen(["main/train-0.parquet", "socratic/train-0.parquet"], "socratic/*"), ["socratic/train-0.parquet"])
  })

  it("globs", () => {
    for (const [pattern, path, matches] of [["*.jsonl", "a.jsonl", true], ["*.jsonl", "a/b.jsonl", false], ["**/*.jsonl", "a/b/c.jsonl", true], ["**/*.jsonl", "c.jsonl", true], ["a/**", "a/b/c", true], ["{a,b}/x?.csv", "b/x1.csv", true],
      ["{a,b}/x?.csv", "c/x1.csv", false], ["a.c", "abc", false], ["[a].csv", "[a].csv", true], [`${"*a".repeat(90)}b`, "a".repeat(900), false], [`${"**/".repeat(60)}x`, "a/".repeat(400), false]] as const) {
      assert.strictEqual(matchesGlob(pattern, path), matches, pattern.slice(0, 20))
    }
  })
})
