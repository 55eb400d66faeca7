/**
 * What bad data get: a sentence with the place, what was expected and found, and what to do; the documented exit code, quickly,
 * in bounded memory, and nothing written. Never a stack trace, a terminal's control codes or a token.
 */
import { chmodSync, closeSync, cpSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { DuckDBInstance } from "@duckdb/node-api"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Ended, type Installation, install, type Project, repository, smallModel, specText } from "./installed.ts"

const token = "hf_ThisIsNobodysToken"
let installation: Installation
let closedPort: number
beforeAll(async () => {
  installation = await install()
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  closedPort = (server.address() as { port: number }).port
  await new Promise((resolve) => server.close(resolve))
})
afterAll(() => installation.remove())

// ---------------------------------------------------------------- records

const record = (n: number, more: object = {}) => ({ prompt: `What is ${n} + 1?`, cot: `We add ${n} and 1. So the answer is ${n + 1}.`, answer: `${n + 1}`, ...more })
const lineOf = (n: number, more: object = {}): string => JSON.stringify(record(n, more))
const good = Array.from({ length: 50 }, (_, n) => lineOf(n))
const file = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")
/** The good ones, and these from line 4 on. */
const among = (...bad: ReadonlyArray<string>): string => file([...good.slice(0, 3), ...bad, ...good.slice(3)])
const chat = (assistant: string, system?: string): string => JSON.stringify({
  messages: [...(system === undefined ? [] : [{ role: "system", content: system }]), { role: "user", content: `q ${assistant.length}` }, { role: "assistant", content: assistant }]
})
const thought = (n: number): string => `<think>\nso it is ${n}\n</think>\n\n${n}`
const many = (() => {
  const lines = Array.from({ length: 125_000 }, (_, n) => lineOf(n))
  lines[123_455] = '{"prompt": "p", "cot": "c", "answer": '
  return file(lines)
})()
const deep = `{"prompt":${"[".repeat(10_000)}${"]".repeat(10_000)},"cot":"c","answer":"a"}`
/** 64 MiB of one byte, 160 times: 10 GB in 10 MB. */
const bomb = (before: string, byte: string): Buffer =>
  Buffer.concat([gzipSync(before), ...Array<Buffer>(160).fill(gzipSync(Buffer.alloc(2 ** 26, byte), { level: 9 }))])
const longLine = (project: Project): void => {
  const path = openSync(join(project.root, "t.jsonl"), "w")
  writeSync(path, file(good.slice(0, 10)) + '{"prompt":"')
  for (let i = 0; i < 100; i++) writeSync(path, "x".repeat(1e6))
  writeSync(path, `","cot":"c","answer":"a"}\n${file(good.slice(10))}`)
  closeSync(path)
}
const parquet = async (project: Project, change: (bytes: Buffer) => Buffer): Promise<void> => {
  const path = join(project.root, "whole.parquet")
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run(`COPY (SELECT 'What is ' || i AS prompt, 'The answer is ' || i || '.' AS cot, i::VARCHAR AS answer FROM range(5000) t(i)) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  project.write("t.parquet", change(readFileSync(path)))
}

// ---------------------------------------------------------------- runs

type Content = string | Uint8Array
interface Expected {
  /** left out: 2, and nothing on stdout */
  readonly code?: 0
  /** what stderr must hold, or stdout where the code is 0; the place is part of it */
  readonly says: RegExp
  /** peak memory, in MiB */
  readonly within?: number
}
interface OfFile extends Expected {
  readonly content?: Content | ((project: Project) => void | Promise<void>)
  /** left out: t.jsonl */
  readonly name?: string
  readonly args?: ReadonlyArray<string>
}
interface OfSpec extends Expected {
  readonly content?: Content
  readonly data?: string
  readonly model?: (folder: string) => void
  readonly command?: "check" | "plan" | "explain" | "run" | "data"
  readonly sections?: Readonly<Record<string, string>>
}

const peakOf = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const runWatched = async (project: Project, args: ReadonlyArray<string>): Promise<Ended & { readonly peak: number }> => {
  const running = project.start(args, { HF_TOKEN: token, HF_HOME: join(project.root, "hub"), HF_ENDPOINT: `http://127.0.0.1:${closedPort}` })
  let peak = 0
  const watch = setInterval(() => { peak = Math.max(peak, peakOf(running.process.pid!)) }, 20)
  try {
    return { ...await running.ended, peak }
  } finally {
    clearInterval(watch)
  }
}

const assertToldWell = ({ code, peak, seconds, stderr, stdout }: Ended & { readonly peak: number }, expected: Expected, project: Project): void => {
  assert.strictEqual(code, expected.code ?? 2, `exit code; it said:\n${stdout}${stderr}`)
  assert.match(expected.code === 0 ? stdout : stderr, expected.says)
  assert.notMatch(stdout + stderr, /\n\s+at .*[:(]|fault of its own/u, "a stack trace")
  assert.notMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f]/u, "a control code")
  assert.notInclude(stdout + stderr, token)
  if (expected.code === undefined) {
    assert.strictEqual(stdout, "")
    assert.match(stderr, /expected |did you mean|known: |needs `|write jsonl:|there is no /iu)
    assert.isBelow(stderr.length, 5000)
    assert.isEmpty(project.kept(), "something was kept")
  }
  const left = readdirSync(project.root, { recursive: true, encoding: "utf8" }).filter((path) => /reading-[^/]+$|partial/u.test(path))
  assert.isEmpty(left, "something was left behind")
  assert.isBelow(peak, expected.within ?? 400, "MiB")
  assert.isBelow(seconds, 30)
}

let projects = 0
const newProject = (): Project => installation.project(`bad-data-${projects++}`)

const checkFile = async ({ args = [], content, name = "t.jsonl", ...expected }: OfFile): Promise<void> => {
  const project = newProject()
  if (typeof content === "function") await content(project)
  else if (content !== undefined) project.write(name, content)
  assertToldWell(await runWatched(project, ["data", name, "--matcher", "strict", ...args]), expected, project)
}

const checkSpec = async ({ command = "check", content, data = "", model, sections = {}, ...expected }: OfSpec): Promise<void> => {
  const project = newProject()
  cpSync(join(repository, "tests/fixtures/byte-level"), join(project.root, "model"), { recursive: true })
  model?.(join(project.root, "model"))
  project.write("t.jsonl", content ?? file(good))
  const source = /(?:^|\W)source:/u.test(data) ? "" : 'source: "file:t.jsonl", '
  project.write("spec.yaml", specText({
    student: JSON.stringify({ init: { ...smallModel, vocab_size: 600 }, seed: 1, tokenizer: "./model" }),
    data: `{ ${source}train: 20, validation: 2${data === "" ? "" : `, ${data}`} }`, ...sections
  }))
  assertToldWell(await runWatched(project, [command, "spec.yaml"]), expected, project)
}

const changed = (name: string, change: (json: any) => void) => (folder: string): void => {
  const json = JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown
  change(json)
  writeFileSync(join(folder, name), JSON.stringify(json))
}
const withTokenizer = (change: (json: any) => void) => changed("tokenizer.json", change)
const withTemplate = (change: (template: string) => string | null) => changed("tokenizer_config.json", (config) => {
  const template = change(config.chat_template as string)
  if (template === null) delete config.chat_template
  else config.chat_template = template
})
/** Behaves while it is looked at with marks, and not with records. */
const withRecords = (hostile: string) => withTemplate((template) => `{% if messages[0].content.startswith('What is') %}${hostile}{% endif %}${template}`)

// ---------------------------------------------------------------- the cases

const files: Readonly<Record<string, OfFile>> = {
  "a line of 100 MB": { content: longLine, code: 0, says: /50 of 51; left out: line-too-long 1 \(t\.jsonl:11\)/u, within: 300 },
  "two columns of one name": { name: "t.csv", content: "prompt,prompt\na,b\n", says: /^leadspan: t\.csv:1 {2}csv-broken {2}Found two columns called "prompt"/u },
  "UTF-16": { content: Buffer.from(`\uFEFF${file(good)}`, "utf16le"), says: /^leadspan: t\.jsonl:1 {2}wrong-encoding .*UTF-16.*iconv/u },
  "bytes of a program": { content: Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46]), Buffer.alloc(5000)]), says: /^leadspan: t\.jsonl:1 {2}wrong-encoding .*if it is no text, name another/u },
  "random bytes": { content: Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919 + 131 * (i >> 3)) % 255 + 1)), says: /^leadspan: t\.jsonl {2}format-unclear .*the first one at t\.jsonl:1: wrong-encoding \(byte 0x/u },
  "an empty file": { content: "", says: /^leadspan: t\.jsonl {2}format-unclear .*there are none/u },
  "an empty Parquet file": { name: "t.parquet", content: "", says: /^leadspan: t\.parquet {2}kind-mismatch {2}Found an empty file/u },
  "a folder": { content: (project) => void mkdirSync(join(project.root, "t.jsonl")), says: /^leadspan: t\.jsonl {2}file-unreadable {2}Found a folder/u },
  "a missing file": { says: /^leadspan: there is no file `t\.jsonl`/u },
  "a file of another kind": { name: "t.py", content: "print()\n", says: /^leadspan: `t\.py`: its extension does not say what it is; write jsonl:/u },
  "an array cut short": { name: "t.json", content: `[${good.slice(0, 3).join(",\n")},\n{"prompt": "x`, says: /^leadspan: t\.json:4 {2}json-broken .*ends inside element 4/u },
  "gzip cut short": { name: "t.jsonl.gz", content: gzipSync(file(good)).subarray(0, -20), says: /^leadspan: t\.jsonl\.gz {2}gzip-broken .*cut/u },
  "10 GB of zeros in a line of 10 MB": { name: "t.jsonl.gz", content: bomb(file(good), "\0"), says: /^leadspan: t\.jsonl\.gz {2}gzip-bomb .*no less than 1\/200/u },
  "10 GB of empty lines in 10 MB": { name: "t.jsonl.gz", content: bomb(file(good), "\n"), says: /^leadspan: t\.jsonl\.gz {2}gzip-bomb/u },
  "Parquet cut short": { name: "t.parquet", content: (project) => parquet(project, (bytes) => bytes.subarray(0, bytes.length >> 1)), says: /^leadspan: t\.parquet {2}parquet-broken .*cut after \d+ bytes/u },
  "damaged Parquet": { name: "t.parquet", content: (project) => parquet(project, (bytes) => Buffer.from(bytes).fill(0xff, bytes.length >> 2, bytes.length >> 1)), says: /^leadspan: t\.parquet(?:, row \d+)? {2}parquet-broken/u },
  "records of no known format": { content: file(['{"\\u001b[31mcolour\\u001b[0m":1}']), says: /^leadspan: t\.jsonl {2}format-unclear .*"\\u001b\[31mcolour/u },
}

/** What is passed over: how many are used, and what is counted, with the place of the first. */
interface Passable { readonly content: Content; readonly used: number; readonly left?: Readonly<Record<string, readonly [number, number]>> }
const rows = good.map((_, n) => `p${n},c is ${n},${n}`)
const passable: Readonly<Record<string, Passable>> = {
  "broken.jsonl.gz": { content: gzipSync(among("{ broken", deep)), used: 50, left: { "broken-json": [2, 4] } },
  "no-objects.jsonl": { content: among("[1]", "5", "null", '"x"', "true"), used: 50, left: { "not-an-object": [5, 4] } },
  "no-fields.jsonl": { content: among("{}", '{"prompt":"p"}'), used: 50, left: { "missing-fields": [2, 4] } },
  "surrogate.jsonl": { content: among('{"prompt":"\\ud800","cot":"c","answer":"a"}'), used: 50, left: { "lone-surrogate": [1, 4] } },
  "latin-1.jsonl": { content: Buffer.from(among(lineOf(9, { prompt: "Größe?" })), "latin1"), used: 50, left: { "wrong-encoding": [1, 4] } },
  "mark.jsonl": { content: `\uFEFF${file(good)}`, used: 50 },
  "markers.jsonl": {
    content: file([...good.slice(0, 20).map((_, n) => chat(thought(n))), chat("<think>a <think> b</think>c"), chat(thought(1) + thought(2)), chat("<think>no end"), chat("nothing")]),
    used: 20, left: { "nested-markers": [1, 21], "repeated-markers": [1, 22], "thought-never-ends": [1, 23], "no-markers": [1, 24] }
  },
  "quoted.jsonl": { content: file(good.map((_, n) => chat(thought(n), "Think inside <think> and </think>, as in <think>x</think>y."))), used: 50 },
  "proto.jsonl": { content: file(good.map((line) => `${line.slice(0, -1)},"__proto__":{"prompt":"x"}}`)), used: 50 },
  "columns.jsonl": { content: file(good.slice(0, 20).map((_, n) => lineOf(n, { id: "x", ...Object.fromEntries(Array.from({ length: 5000 }, (__, c) => [`c${c}`, c])) }))), used: 20 },
  "ragged.csv": { content: file(["prompt,cot,answer", ...rows, "a,b", "a,b,c,d"]), used: 50, left: { "broken-csv": [2, 52] } },
  "quote.csv": { content: file(["prompt,cot,answer", ...rows, 'a,"b,c', "d,e,f"]), used: 50, left: { "broken-csv": [1, 52] } },
  "codes\u001b[31m.jsonl": { content: among(lineOf(7, { prompt: "\u001b]0;title\u0007", tier: "\u001b[2J" }), "{ \u001b"), used: 51, left: { "broken-json": [1, 5] } }
}

const predicates: ReadonlyArray<readonly [string, RegExp]> = [
  ["1=1; DROP TABLE x", /syntax error/u],
  ["prompt IN (SELECT content FROM read_text('/etc/passwd'))", /a query inside the predicate/u],
  ["getenv('HF_TOKEN') <> ''", /the function "getenv"/u],
  ["format('{:1000000000}', prompt) = ''", /the function "format"/u],
  [`${"replace(".repeat(5)}prompt${`, 'a', '${"a".repeat(90)}')`.repeat(5)} = ''`, /texts that could grow/u],
  ["prompt LIKE '%_a%_a%_a%_a%_a%_ab'", /a pattern with 6 signs/u],
  ["NOT ".repeat(2000) + "true", /more than 1000 levels/u],
  ["prompt::INT > 5", /where-failed .*Could not convert/u],
]

const hub = (source: string, revision: string | null, says: RegExp): OfSpec =>
  ({ data: `source: "${source}"${revision === null ? "" : `, revision: "${revision}"`}`, says })

const specs: Readonly<Record<string, OfSpec>> = {
  "a broken record on line 123,456": { content: many, command: "plan", says: /^spec\.yaml:\d+:\d+ {2}bad-data {2}data\.source: t\.jsonl:123456 {2}broken-json {2}Found .*expected JSON[\s\S]*Mend the record, or go on without/u },
  "the same inside gzip, passed over": { content: gzipSync(many, { level: 1 }), command: "plan", data: "onBadRecord: skip", code: 0, says: /\n {2}broken-json +1 +1 {3}it is no JSON: t\.jsonl:123456 \(/u },
  "half of a surrogate pair": { content: among('{"prompt":"\\ud800","cot":"c","answer":"a"}'), command: "run", says: /t\.jsonl:4 {2}lone-surrogate .*in "prompt"/u },
  "another encoding": { content: Buffer.from(among(lineOf(9, { prompt: "Größe?" })), "latin1"), command: "explain", says: /t\.jsonl:4 {2}wrong-encoding {2}Found byte 0xf6 at offset \d+/u },
  "a file without its kind": { data: 'source: "t.jsonl"', says: /source-malformed[\s\S]*Write file:t\.jsonl/u },
  "a file that never ends": { data: 'source: "jsonl:/dev/zero"', says: /zero {2}file-unreadable {2}Found a pipe or a device/u },
  "more than there are": { data: "where: 'length(prompt) > 14'", content: file(good.slice(0, 25)), says: /data-malformed {2}Found \d+ \(not used: (?=.*\b10 where\b)(?=.*\d other-split \(t\.jsonl:\d+\)).*\), expected 20 records/u },
  "a length that no record has": { data: "maxTokens: 3", says: /Found 0 \(not used: \d+ over-length \(t\.jsonl:\d+\)/u },
  "a predicate with a misspelt column": { data: "where: 'promt = 1'", says: /^spec\.yaml:\d+:\d+ {2}bad-data {2}data\.where: .*the column "promt"[\s\S]*Did you mean `prompt`/u },
  "a format that is not there": { data: "format: plian", says: /^spec\.yaml:\d+:\d+ {2}unknown-plugin {2}data\.format: .*Did you mean "plain"/u },
  "a format of other records": { data: "format: chat-think", says: /50 missing-fields \(t\.jsonl:1\)/u },
  "options that do not decode": { data: "format: prompt-response, options: { prompt: 5 }", says: /^spec\.yaml:\d+:\d+ {2}bad-options {2}data\.options\.prompt: Expected string/u },
  "an unknown transform": { data: "transform: [{ name: nothing }]", says: /^spec\.yaml:\d+:\d+ {2}unknown-plugin {2}data\.transform: .*"nothing"/u },
  "training problems that are all asked": {
    data: "source: chain-arithmetic, contamination: { check: drop, ngram: 1, share: 0.01 }", says: /20 contaminated/u,
    sections: { student: JSON.stringify({ init: smallModel, seed: 1, tokenizer: "tiny/tokenizer" }), evaluate: "[{ benchmark: chain-arithmetic, items: 12, thoughtTokens: 40, maxTokens: 60 }]" }
  },
  "symbols that the vocabulary lacks": { sections: { student: JSON.stringify({ init: smallModel, seed: 1, tokenizer: "tiny/tokenizer" }) }, says: /unknown-symbol \(t\.jsonl:\d+\)/u },
  "the hub without a revision": hub("hf:org/name", null, /missing-key {2}data\.revision/u),
  "a name that climbs": hub("hf:../../etc", "main", /hub-name {2}Found "hf:\.\.\/\.\.\/etc"/u),
  "a revision that climbs": hub("hf:org/name", "../../x", /data\.revision: .*hub-name/u),
  "the hub without a network": hub("hf:org/name", "main", /hf:org\/name {2}hub-offline {2}Found ECONNREFUSED[\s\S]*Connect to the network/u),
  "a template that throws": { model: withTemplate(() => "{{ raise_exception('no\u001b[31m chat') }}"), says: /bad-model {2}student: \S+model \(chat template\) {2}template-failed {2}Found no.\[31m chat/u },
  "a template that throws at a record": { model: withRecords("{{ raise_exception('not this') }}"), says: /bad-data {2}student: .*template-failed {2}Found not this/u },
  "the same, for the adviser": { command: "data", model: withRecords("{{ raise_exception('not this') }}"), says: /template-failed {2}Found not this/u },
  "a template that loops": { model: withTemplate((template) => `{% for i in range(900) %}{% for j in range(900) %}{% for k in range(900) %}{% endfor %}{% endfor %}{% endfor %}${template}`), says: /template-failed {2}Found (?:more evaluations|.*timed out)/u },
  "a template that loops at a record": { model: withRecords("{% for i in range(900) %}{% for j in range(900) %}{% for k in range(900) %}{% endfor %}{% endfor %}{% endfor %}"), says: /template-failed {2}Found more evaluations/u },
  "a template that ranges over 1e9": { model: withTemplate((template) => `{% for i in range(1000000000) %}{% endfor %}${template}`), says: /template-failed {2}Found a range of 1000000000 numbers/u },
  "a template that swells": { model: withTemplate((template) => `{% set n = namespace(x='a') %}{% for i in range(30) %}{% set n.x = n.x | replace('a', 'aaaaaaaaaa') %}{% endfor %}${template}`), says: /template-failed {2}Found a text of \d+ characters/u },
  "a template that is not whole": { model: withTemplate(() => "{% for m in messages %}{{ m.content }}"), says: /template-failed {2}Found one that is not whole/u },
  "a template that reaches for the process": { model: withTemplate((template) => `{{ messages.constructor.constructor('return process.env.HF_TOKEN')() }}${template}`), says: /template-failed/u },
  "Unigram": { model: withTokenizer((json) => { json.model = { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0]] } }), says: /tokenizer-unsupported {2}Found Unigram[\s\S]*offsets cannot be rebuilt/u },
  "a tokenizer with add_prefix_space": { model: withTokenizer((json) => { for (const part of json.pre_tokenizer.pretokenizers) if (part.type === "ByteLevel") part.add_prefix_space = true }), says: /tokenizer-unsupported {2}Found .*add_prefix_space/u },
  "a normaliser that changes text twice": { model: withTokenizer((json) => { json.normalizer = { type: "Replace", pattern: { String: "a" }, content: "bb" } }), says: /student: t\.jsonl:\d+ {2}tokenizer-offsets/u },
}

describe("bad data", () => {
  describe("a file", { concurrent: true, timeout: 60_000 }, () => {
    for (const [name, one] of Object.entries(files)) it(name, () => checkFile(one))
  })

  describe("a predicate", { concurrent: true, timeout: 60_000 }, () => {
    for (const [where, says] of predicates) it(where.slice(0, 50), () => checkFile({ content: file(good), args: ["--where", where], says }))
  })

  describe("a spec", { concurrent: true, timeout: 60_000 }, () => {
    for (const [name, one] of Object.entries(specs)) it(name, () => checkSpec(one))
  })

  it("what can be passed over is counted, with its place", { timeout: 60_000 }, async () => {
    const project = newProject()
    for (const [name, { content }] of Object.entries(passable)) project.write(name, content)
    const args = ["data", ...Object.keys(passable), "--matcher", "strict"]
    const shown = await runWatched(project, args)
    assertToldWell(shown, { code: 0, says: /quote\.csv: left out broken-csv 1 \(quote\.csv:52\)/u }, project)
    const { stdout } = await runWatched(project, [...args, "--json"])
    const found = (JSON.parse(stdout) as { files: ReadonlyArray<{ sets: ReadonlyArray<{ name: string; used: number; leftOut: object; leftOutAt: object }> }> }).files
    const expected = Object.entries(passable).map(([name, { left = {}, used }]) => ({
      name, used, leftOut: Object.fromEntries(Object.entries(left).map(([reason, [count]]) => [reason, count])),
      leftOutAt: Object.fromEntries(Object.entries(left).map(([reason, [, line]]) => [reason, `${name}:${line}`]))
    }))
    assert.deepStrictEqual(found.map(({ sets: [set] }) => ({ name: set!.name, used: set!.used, leftOut: set!.leftOut, leftOutAt: set!.leftOutAt })), expected)
  })

  it.skipIf(process.getuid?.() === 0)("a file without permission", () => checkFile({
    content: (project) => chmodSync(project.write("t.jsonl", file(good)), 0),
    says: /^leadspan: t\.jsonl {2}file-unreadable .*EACCES/u
  }))

  it("texts stay texts on the page", async () => {
    const project = newProject()
    const name = "<img src=x>.jsonl"
    project.write(name, file(good.map((_, n) => lineOf(n, { prompt: `<script>alert(${n})</script>`, tier: n % 2 === 0 ? "<b onload=alert(1)>" : "\u001b[2J" }))))
    const ended = await runWatched(project, ["data", name, "--matcher", "strict", "--html", "page.html"])
    assertToldWell(ended, { code: 0, says: /used {5}50 of 50\n/u }, project)
    const page = readFileSync(join(project.root, "page.html"), "utf8")
    assert.include(page, "&lt;img src=x&gt;.jsonl")
    assert.notMatch(page, /<script|<img src=x|<b onload|\u001b/u)
  })
})
