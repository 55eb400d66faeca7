/** Where runs are tracked, and with which credentials: from the spec, else the environment, else the project's server. */
import { Data, Redacted } from "effect"

export interface TrackingTarget {
  /** http(s), without credentials and without a slash at the end */
  readonly uri: string
  /** value of the Authorization header */
  readonly authorization: Redacted.Redacted<string> | null
  /** every text that must never be shown */
  readonly secrets: Redacted.Redacted<ReadonlyArray<string>>
}

export class InvalidTrackingUri extends Data.TaggedError("InvalidTrackingUri")<{
  readonly source: string
  readonly found: string
}> {
  override get message(): string {
    return `${this.source} is ${this.found}, expected the http or https address of an MLflow server ` +
      "(e.g. http://127.0.0.1:5000); leave it out to use the project's own server"
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const nonEmpty = (text: string | undefined): string | null => text === undefined || text === "" ? null : text

/** A URI as it may be shown: without user, password and query. */
export const shownUri = (uri: string): string => {
  try {
    const url = new URL(uri)
    return `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, "")
  } catch {
    return "<not a URI>"
  }
}

/** A target without credentials: the project's own server. */
export const openTarget = (uri: string): TrackingTarget =>
  ({ uri: shownUri(uri), authorization: null, secrets: Redacted.make([]) })

/**
 * The server that the spec or MLFLOW_TRACKING_URI names; null means the project's own.
 * Credentials: MLFLOW_TRACKING_TOKEN, else MLFLOW_TRACKING_USERNAME and _PASSWORD, else those within the URI.
 * @throws InvalidTrackingUri if it is no http(s) address
 */
export const trackingTarget = (specUri: string | null, environment: Environment): TrackingTarget | null => {
  const text = specUri ?? nonEmpty(environment["MLFLOW_TRACKING_URI"])
  if (text === null) return null
  const source = specUri === null ? "MLFLOW_TRACKING_URI" : "tracking.uri"
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new InvalidTrackingUri({ source, found: "not a URI" })
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InvalidTrackingUri({ source, found: `a ${url.protocol.slice(0, -1)} address` })
  }
  const token = nonEmpty(environment["MLFLOW_TRACKING_TOKEN"])
  const user = nonEmpty(environment["MLFLOW_TRACKING_USERNAME"]) ?? decodeURIComponent(url.username)
  const password = nonEmpty(environment["MLFLOW_TRACKING_PASSWORD"]) ?? decodeURIComponent(url.password)
  const basic = Buffer.from(`${user}:${password}`, "utf8").toString("base64")
  const authorization = token !== null ? `Bearer ${token}` : user !== "" || password !== "" ? `Basic ${basic}` : null
  const secrets = [token, password, url.password, encodeURIComponent(password), authorization === null ? "" : basic]
    .filter((secret): secret is string => secret !== null && secret !== "")
  return {
    uri: shownUri(text),
    authorization: authorization === null ? null : Redacted.make(authorization),
    secrets: Redacted.make(secrets)
  }
}

/** Takes every secret of the target out of a text that came from elsewhere. */
export const scrubbed = (target: TrackingTarget, text: string): string => {
  let clean = text
  for (const secret of Redacted.value(target.secrets)) clean = clean.replaceAll(secret, "[redacted]")
  return clean
}
