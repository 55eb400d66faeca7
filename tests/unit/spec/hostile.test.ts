import { describe, expect, it } from "vitest"
import { codesOf, folder, messageOf, minimal } from "./files.ts"
import { mkdirSync } from "node:fs"
import { Effect } from "effect"
import { load } from "../../../framework/spec/load.ts"

const within = async <A>(milliseconds: number, work: () => Promise<A>): Promise<A> => {
  const start = performance.now()
  const result = await work()
  expect(performance.now() - start).toBeLessThan(milliseconds)
  return result
}
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n")
const failure = (file: string): Promise<string> =>
  Effect.runPromise(Effect.map(Effect.flip(load(file, [], { cwd: folder })), (error) => error.message))

describe("hostile files", () => {
  it("missing, a folder, a device", async () => {
    mkdirSync(`${folder}/folder.yaml`)
    expect(await failure("absent.yaml")).toMatchInlineSnapshot(`
      "absent.yaml:1:1  missing-file  no such file
        Check the path."
    `)
    expect(await failure("folder.yaml")).toMatchInlineSnapshot(`
      "folder.yaml:1:1  unreadable-file  expected an experiment file, found a folder
        Name the YAML file inside it."
    `)
    expect(await failure("/dev/zero")).toMatchInlineSnapshot(
      `"/dev/zero:1:1  unreadable-file  expected a regular file, found a device or pipe"`
    )
    expect(await failure("a\0b.yaml")).toContain("NUL")
  })
  it("empty, or no map", async () => {
    expect(await messageOf("")).toMatchInlineSnapshot(`
      "spec.yaml:1:1  empty-file  expected an experiment, found an empty file
        Begin with \`experiment: NAME\`, \`student:\`, \`data:\` and \`train:\`."
    `)
    expect(await codesOf("# nothing\n")).toEqual(["1:1 empty-file"])
    expect(await messageOf("- a\n- b\n")).toMatchInlineSnapshot(`
      "spec.yaml:1:1  wrong-type  expected a map of fields, found a list
        1 | - a
          | ^"
    `)
    expect(await codesOf("hello")).toEqual(["1:1 wrong-type"])
    expect(await codesOf("null")).toEqual(["1:1 wrong-type"])
  })
  it("not UTF-8", async () => {
    expect(await messageOf(Uint8Array.of(0x65, 0xe9, 0x0a))).toMatchInlineSnapshot(`
      "spec.yaml:1:1  not-utf8  the file is not UTF-8 text
        Save it as UTF-8."
    `)
    expect(await codesOf(Buffer.from(minimal, "utf16le"))).toEqual(["1:1 not-utf8"])
  })
  it("a byte-order mark does no harm", async () => {
    expect(await codesOf(`\uFEFF${minimal}foo: 1\n`)).toEqual(["5:1 unknown-key"])
  })
  it("ten megabytes", () =>
    within(1000, async () => {
      expect(await messageOf(`${minimal}# ${"x".repeat(10 * 1024 * 1024)}\n`)).toMatchInlineSnapshot(`
      "spec.yaml:1:1  too-large  the file has 10485941 bytes, at most 524288 are read
        Keep data in files of its own and name them here."
    `)
    }))
  it("as many values as a file may hold, and more", () =>
    within(20_000, async () => {
      expect(await codesOf(`${minimal}x-a: [${"1,".repeat(240_000)}]\n`)).toEqual([
        expect.stringMatching(/^5:\d+ too-many-values$/)
      ])
      expect(await codesOf(`${minimal}x-a:\n${lines(60_000, () => "  k: 1")}\n`)).toContain("7:3 duplicate-key")
      expect(await codesOf(`${minimal}x-a:\n${lines(40_000, (i) => `  k${i}: 1`)}\nfoo: 1\n`)).toEqual([
        "40006:1 unknown-key"
      ])
    }))
  it("depth 10,000, in every style", () =>
    within(5000, async () => {
      const deep = [
        "[".repeat(10_000),
        `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
        `${"{a: ".repeat(10_000)}1${"}".repeat(10_000)}`,
        `\n${"- ".repeat(10_000)}a`,
        `\n${lines(1000, (i) => `${" ".repeat(i + 1)}a:`)}`
      ]
      for (const value of deep) {
        const codes = await codesOf(`${minimal}x-a: ${value}\n`)
        expect(codes).toHaveLength(1)
        expect(codes[0]).toMatch(/too-deep$/)
      }
    }))
  it("alias bombs", () =>
    within(5000, async () => {
      const bomb = `x-0: &a0 [1,1,1,1,1,1,1,1,1]\n${lines(12, (i) => `x-${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(", ")}]`)}`
      expect(await messageOf(`${minimal}${bomb}\n`)).toMatchInlineSnapshot(`
      "spec.yaml:10:11  too-many-values  x-5[0]: the file holds more than 100000 values, aliases written out
        10 | x-5: &a5 [*a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4]
           |           ^^^ Keep data in files of its own and name them here."
    `)
      const chain = `x-0: &a0 [1]\n${lines(10_000, (i) => `x-${i + 1}: &a${i + 1} [*a${i}]`)}`
      expect((await codesOf(`${minimal}${chain}\n`))[0]).toMatch(/too-deep|too-many-values/)
      const merges = `x-a: &a {${Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join(", ")}}\nx-b:\n${lines(5000, () => "  - <<: *a")}`
      expect((await codesOf(`${minimal}${merges}\n`))[0]).toMatch(/too-many-values/)
      expect(await codesOf(`${minimal}x-a: &a [*a]\n`)).toEqual(["5:10 yaml-syntax"])
    }))
  it("reference bombs", () =>
    within(5000, async () => {
      const lists = `x-r0: [q,q,q,q,q,q,q,q,q,q]\n${lines(8, (i) => `x-r${i + 1}: [${Array.from({ length: 10 }, () => `"\${x-r${i}}"`).join(", ")}]`)}`
      expect((await codesOf(`${minimal}${lists}\n`))[0]).toMatch(/too-many-values/)
      const texts = `x-s0: aaaaaaaaaa\n${lines(20, (i) => `x-s${i + 1}: "${`\${x-s${i}}`.repeat(10)}"`)}`
      expect((await codesOf(`${minimal}${texts}\n`))[0]).toMatch(/too-large/)
      const chain = `${lines(5000, (i) => `x-s${i}: "\${x-s${i + 1}}"`)}\nx-s5000: 1`
      expect((await codesOf(`${minimal}${chain}\n`))[0]).toMatch(/bad-reference/)
    }))
  it("keys that would reach a prototype", async () => {
    expect(await messageOf(`${minimal}__proto__: { polluted: 1 }\n`)).toMatchInlineSnapshot(`
      "spec.yaml:5:1  forbidden-key  __proto__: \`__proto__\` cannot be a key
        5 | __proto__: { polluted: 1 }
          | ^^^^^^^^^ Rename it."
    `)
    expect(await codesOf(`${minimal}loss: { options: { __proto__: 1, constructor: 2, toString: 3 } }\n`)).toEqual([
      "5:20 forbidden-key",
      "5:34 forbidden-key"
    ])
    expect(await codesOf(minimal, {}, ["__proto__.polluted=1", "loss.options.constructor=1"])).toEqual([
      "1:1 forbidden-key",
      "1:1 forbidden-key"
    ])
    expect(
      await codesOf(
        `${minimal}grid: [{ product: { loss.__proto__: [1], toString: [1], loss.constructor.name: [2] } }]\n`
      )
    ).toHaveLength(3)
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined()
  })
  it("tags, several documents, other versions and odd keys", async () => {
    expect(await codesOf(`${minimal}x-a: !!binary aGVsbG8=\nx-b: !!set { a, b }\n`)).toEqual([
      "5:15 yaml-syntax",
      "6:12 yaml-syntax"
    ])
    expect(await codesOf(`${minimal}x-a: !!js/function "x"\n`)).toEqual(["5:6 yaml-syntax"])
    expect(await codesOf(`${minimal}---\na: 1\n`)).toEqual(["5:1 yaml-syntax"])
    expect(await codesOf(`%YAML 1.1\n---\n${minimal}`)).toEqual(["1:1 yaml-syntax"])
    expect(await codesOf(`${minimal}? [a, b]\n: 1\n1: 2\n`)).toEqual(["5:3 wrong-type", "7:1 unknown-key"])
  })
})
