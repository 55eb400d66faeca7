/** `extends`: an experiment file on top of others. Each file is read once; problems are located in the file that has them. */
import path from "node:path"
import { maxFiles } from "./bounds.ts"
import { mergeNodes } from "./merge.ts"
import { parseYaml } from "./parse-yaml.ts"
import { isSource, type ReadProblem, readSource } from "./read-source.ts"
import { issueAtPlace, type Place, sourceFile } from "./SourceFile.ts"
import type { SpecIssue, SpecIssueCode } from "./SpecError.ts"
import { mapNode, type SpecMap, type SpecNode } from "./SpecNode.ts"

export interface Composed {
  /** null where a file could not be read or parsed */
  readonly root: SpecNode | null
  readonly issues: ReadonlyArray<SpecIssue>
}

/** The composer of one load: what it has read so far, and what was wrong. */
class FileComposer {
  readonly issues: Array<SpecIssue> = []
  private readonly done = new Map<string, SpecNode | null>()
  private numFiles = 0

  /** @param from place of the `extends` entry that names the file; null for the file that the user named */
  async compose(
    absolute: string,
    name: string,
    chain: ReadonlyArray<string>,
    from: Place | null
  ): Promise<SpecNode | null> {
    const known = this.done.get(absolute)
    if (known !== undefined) return known
    this.numFiles += 1
    const source = await readSource(absolute, name)
    if (!isSource(source)) return this.unreadable(source, absolute, name, from)
    const parsed = parseYaml(source)
    this.issues.push(...parsed.issues)
    const whole: Place = { source, start: 0, end: 1 }
    let root = parsed.root
    if (root === null) {
      if (parsed.issues.length === 0) {
        this.issues.push(
          issueAtPlace(
            whole,
            "",
            "empty-file",
            "expected an experiment, found an empty file",
            "Begin with `experiment: NAME`, `student:`, `data:` and `train:`."
          )
        )
      }
    } else if (root.kind !== "map") {
      if (parsed.issues.length === 0)
        this.issues.push(
          issueAtPlace(
            { ...root.place, end: root.place.start + 1 },
            "",
            "wrong-type",
            `expected a map of fields, found ${root.kind === "list" ? "a list" : "a single value"}`
          )
        )
      root = null
    } else {
      root = await this.withBases(root, absolute, name, [...chain, absolute])
    }
    this.done.set(absolute, root)
    return root
  }

  private unreadable(problem: ReadProblem, absolute: string, name: string, from: Place | null): null {
    const place = from ?? { source: sourceFile(name, path.dirname(absolute), ""), start: 0, end: 0 }
    const message = from === null ? problem.message : `\`${name}\`: ${problem.message}`
    this.issues.push(issueAtPlace(place, from === null ? "" : "extends", problem.code, message, problem.suggestion))
    return null
  }

  private async withBases(
    root: SpecMap,
    absolute: string,
    name: string,
    chain: ReadonlyArray<string>
  ): Promise<SpecNode | null> {
    const entry = root.entries.get("extends")
    if (entry === undefined) return root
    const own = mapNode(root.place, new Map([...root.entries].filter(([key]) => key !== "extends")))
    const bases = entry.value.kind === "list" ? entry.value.items : [entry.value]
    let under: SpecNode | null = null
    let isWhole = true
    for (const base of bases) {
      const composed = await this.base(base, absolute, name, chain)
      if (composed === null) isWhole = false
      else under = under === null ? composed : mergeNodes(under, composed)
    }
    // with a base missing, checks of the rest would report what the base would have said
    return isWhole ? (under === null ? own : mergeNodes(under, own)) : null
  }

  private async base(
    base: SpecNode,
    absolute: string,
    name: string,
    chain: ReadonlyArray<string>
  ): Promise<SpecNode | null> {
    const fail = (code: SpecIssueCode, message: string, suggestion: string | null = null): null => {
      this.issues.push(issueAtPlace(base.place, "extends", code, message, suggestion))
      return null
    }
    if (base.kind !== "scalar" || typeof base.value !== "string" || base.value === "") {
      return fail("bad-extends", "expected the path of an experiment file, or a list of them")
    }
    if (base.value.includes("${"))
      return fail("bad-extends", "a path to extend cannot hold references", "Write the path out.")
    const target = path.resolve(path.dirname(absolute), base.value)
    const at = chain.indexOf(target)
    if (at >= 0) {
      const names = [...chain.slice(at), target].map((file) => path.basename(file))
      return fail(
        "extends-cycle",
        `files extend each other in a circle: ${names.join(" -> ")}`,
        "Remove one `extends`."
      )
    }
    if (this.numFiles >= maxFiles) return fail("bad-extends", `more than ${maxFiles} files are extended`)
    return this.compose(
      target,
      path.isAbsolute(base.value) ? base.value : path.join(path.dirname(name), base.value),
      chain,
      base.place
    )
  }
}

export const composeFiles = async (file: string, cwd: string): Promise<Composed> => {
  const composer = new FileComposer()
  const root = await composer.compose(path.resolve(cwd, file), file, [], null)
  return { root, issues: composer.issues }
}
