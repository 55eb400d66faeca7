/** What may go wrong between us and an MLflow server. No text here ever holds a credential. */
import { Data } from "effect"

/** No answer: the server is away, slow or restarting. Worth trying again. */
export class MlflowUnreachable extends Data.TaggedError("MlflowUnreachable")<{
  readonly uri: string
  readonly call: string
  readonly detail: string
}> {
  override get message(): string {
    return `MLflow at ${this.uri} does not answer (${this.call}: ${this.detail}); nothing is lost`
  }
}

/** The server answered, and said no. */
export class MlflowRefused extends Data.TaggedError("MlflowRefused")<{
  readonly uri: string
  readonly call: string
  readonly status: number
  /** MLflow's own code, e.g. RESOURCE_DOES_NOT_EXIST; HTTP_<status> where it gave none */
  readonly code: string
  readonly detail: string
}> {
  override get message(): string {
    const hint = this.status === 401 || this.status === 403
      ? "; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
      : ""
    return `MLflow at ${this.uri} refused ${this.call} with ${this.code}` +
      (this.detail === "" ? "" : `: ${this.detail}`) + hint
  }
}

/** The server answered something that MLflow would not: another program listens there, or another version. */
export class MlflowWrongReply extends Data.TaggedError("MlflowWrongReply")<{
  readonly uri: string
  readonly call: string
  readonly detail: string
}> {
  override get message(): string {
    return `${this.uri} answered ${this.call} with something else than MLflow 3 would: ${this.detail}; ` +
      "check the tracking URI"
  }
}

/** A request that MLflow would refuse, or worse, accept and silently cut: stopped before it is sent. */
export class InvalidForMlflow extends Data.TaggedError("InvalidForMlflow")<{
  readonly call: string
  readonly detail: string
}> {
  override get message(): string {
    return `not sent to MLflow (${this.call}): ${this.detail}`
  }
}

export type MlflowError = MlflowUnreachable | MlflowRefused | MlflowWrongReply | InvalidForMlflow
