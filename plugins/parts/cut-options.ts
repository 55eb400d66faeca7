/** Options of the truncations that cut by length: of what, and whether the answer is kept whatever is cut. */
import { Schema, withDefault } from "leadspan"

export const cutOptions = {
  // sequence: of all T tokens. cot: of the thought alone, its markers not counted; the prompt is kept and, unless
  // `answer: kept`, all from the closer on is cut
  of: withDefault(Schema.Literals(["sequence", "cot"]), "sequence"),
  // kept: closer, answer and end of turn are kept whatever else is cut. cut: they go as the length says
  answer: withDefault(Schema.Literals(["cut", "kept"]), "cut")
}
