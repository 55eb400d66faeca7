/** HTML by template: every value put in is escaped unless it is HTML made here. */

/** Text that is safe to stand in a page as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Value = Html | string | number | null | ReadonlyArray<Html>

/** Escapes text for element content and quoted attributes; control characters a page may not hold become U+FFFD. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd")
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;")

/** Tag for templates; null becomes nothing, a list its members one after another. */
export const html = (strings: TemplateStringsArray, ...values: ReadonlyArray<Value>): Html => {
  let text = strings[0]!
  for (const [place, value] of values.entries()) text += rendered(value) + strings[place + 1]!
  return new Html(text)
}

const rendered = (value: Value): string => {
  if (value === null) return ""
  if (value instanceof Html) return value.text
  if (typeof value === "object") return value.map(({ text }) => text).join("\n")
  return escapeHtml(String(value))
}

/** A link that saves a table as a CSV file, with the data in the link itself. */
export const csvLink = (name: string, csv: string): Html =>
  html`<a class="data" download="${name}.csv" href="data:text/csv;charset=utf-8,${encodeURIComponent(csv)}">Data (CSV)</a>`
