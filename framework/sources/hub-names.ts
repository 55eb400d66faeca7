/** Names that become parts of addresses and of paths: what they may hold. */
import { quoted, SourceError } from "./SourceError.ts"

const refusedName = (place: string, expected: string, found: string, advice: string) =>
  new SourceError({ code: "hub-name", place, expected, found, advice })

/** @throws SourceError `hub-name` */
export const checkRepository = (name: string): void => {
  const part = /^[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_])?$/u
  const parts = name.split("/")
  const isName = parts.length === 2 && parts.every((word) => part.test(word) && !word.includes("..") && !word.includes("--"))
  if (!isName) throw refusedName("data.source", "hf:org/name, of letters, digits and single . _ -", quoted(`hf:${name}`), "Copy the name from the data set's page.")
}

/** @throws SourceError `hub-name` */
export const checkRevision = (revision: string | null): string => {
  if (revision === null) {
    throw refusedName("data.revision", "a commit or a tag of the data set", "none", "Pin one: the same name may hold other records tomorrow.")
  }
  if (/^[A-Za-z0-9][\w.+-]*(?:\/[\w.+-]+){0,4}$/u.test(revision) && revision.length <= 200 && !revision.includes("..")) return revision
  throw refusedName("data.revision", "a commit, a tag or a branch", quoted(revision), "Copy it from the data set's history.")
}

/** Whether a path that the hub tells may become one below a folder of ours. */
export const isSafePath = (path: string): boolean => path.length > 0 && path.length <= 1000 &&
  !/[\0-\x1f\x7f\\:]/u.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..")

export const isCommit = (text: unknown): text is string => typeof text === "string" && /^[0-9a-f]{40}$/u.test(text)
/** SHA-1 of a file in git, or SHA-256 of a large one. */
export const isDigest = (text: unknown): text is string => typeof text === "string" && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(text)

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(host)

/** The hub's address, without a slash at its end. @throws SourceError `hub-name` */
export const checkEndpoint = (address: string): { readonly address: string; readonly origin: string; readonly mayHoldToken: boolean } => {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw refusedName("HF_ENDPOINT", "an address such as https://huggingface.co", "another text", "Mend it, or leave it out.")
  }
  // a token over plain http is for the taking
  return { address: url.href.replace(/\/+$/u, ""), origin: url.origin, mayHoldToken: url.protocol === "https:" || isLoopback(url.hostname) }
}
