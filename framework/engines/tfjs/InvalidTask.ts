import { Data } from "effect"

/** A task whose files do not fit each other or the model. Another attempt would meet it again. */
export class InvalidTask extends Data.TaggedError("InvalidTask")<{ readonly message: string }> {}

/** A loss or a gradient became NaN or infinite at `step`. Another attempt would meet it again. */
export class NotFinite extends Data.TaggedError("NotFinite")<{ readonly step: number; readonly what: string }> {
  override get message(): string {
    return `${this.what} is no finite number at optimiser step ${this.step}: lower the learning rate, or look at the data of that step`
  }
}
