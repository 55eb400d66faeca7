import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { InvalidTrackingUri, scrubbed, shownUri, trackingTarget } from "../../../framework/tracking/TrackingTarget.ts"

describe("trackingTarget", () => {
  it("is the project's own server where nothing is named", () => {
    assert.isNull(trackingTarget(null, {}))
    assert.isNull(trackingTarget(null, { MLFLOW_TRACKING_URI: "" }))
  })

  it("takes the token before user and password, and those before the URI's", () => {
    const environment = { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "pässword" }
    const basic = trackingTarget("https://bob:old@host/mlflow/", environment)!
    assert.strictEqual(basic.uri, "https://host/mlflow")
    assert.strictEqual(Redacted.value(basic.authorization!), `Basic ${Buffer.from("ann:pässword").toString("base64")}`)
    const bearer = trackingTarget(null, { ...environment, MLFLOW_TRACKING_TOKEN: "tok", MLFLOW_TRACKING_URI: "http://h:1" })!
    assert.strictEqual(Redacted.value(bearer.authorization!), "Bearer tok")
    const inUri = trackingTarget("http://u:p%40ss@h", {})!
    assert.strictEqual(Redacted.value(inUri.authorization!), `Basic ${Buffer.from("u:p@ss").toString("base64")}`)
  })

  it("never shows a secret", () => {
    const target = trackingTarget("https://u:p%40ssword@host", { MLFLOW_TRACKING_TOKEN: "sekret" })!
    const shown = `${JSON.stringify(target)} ${String(target.authorization)} ${scrubbed(target, "sekret p@ssword p%40ssword")}`
    assert.notMatch(shown, /sekret|p@ssword|p%40ssword/)
    assert.strictEqual(shownUri("https://u:p@host:8/x/?token=1#y"), "https://host:8/x")
  })

  it("refuses what is no address of a server, without quoting it", () => {
    for (const uri of ["sqlite:///secret.db", "not a uri with secret", "databricks://secret"]) {
      try {
        trackingTarget(null, { MLFLOW_TRACKING_URI: uri })
        assert.fail("not refused")
      } catch (error) {
        assert.instanceOf(error, InvalidTrackingUri)
        assert.match(error.message, /^MLFLOW_TRACKING_URI is .* expected the http or https address/)
        assert.notMatch(error.message, /secret/)
      }
    }
  })
})
