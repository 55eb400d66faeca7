/** Pieces of Markdown that nothing put into them can break out of. */

/** A table; every value is escaped. */
export const grid = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map((_, place) => (place === 0 ? ":--" : "--:")), ...rows.map((row) => row.map(escape))]
    .map((row) => `| ${row.join(" | ")} |`).join("\n")

/** Nothing of a name or message becomes Markdown or HTML. */
export const escape = (text: string): string =>
  text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").replace(/[\\`*_[\]|#]/g, "\\$&").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")

const longestRun = (text: string) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

export const fenced = (text: string): string => {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}\n${text.trimEnd()}\n${fence}`
}

export const code = (text: string): string => `\`${text.replace(/`/g, "'")}\``
