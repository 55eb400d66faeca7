/**
 * What is taken off the edges of a thought and an answer: white space (as `String.prototype.trim` has it), and the token
 * by which a tokenizer ends a turn, where a data set holds it as text. Templates put both back as the model has them.
 */

const endTokens = [
  "<｜end▁of▁sentence｜>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>", "<|return|>", "</s>"
]

/** The text without end tokens and white space at its end, and whether an end token stood there. */
export const withoutEndTokens = (text: string): { readonly text: string; readonly hadEnd: boolean } => {
  let [rest, hadEnd] = [text.trimEnd(), false]
  for (let token = endTokens.find((candidate) => rest.endsWith(candidate)); token !== undefined;
    token = endTokens.find((candidate) => rest.endsWith(candidate))) {
    rest = rest.slice(0, -token.length).trimEnd()
    hadEnd = true
  }
  return { text: rest, hadEnd }
}
