/** The names under which a record is counted when it is not used, each with its sentence for people. */
export const reasons = {
  "broken-json": "it is no JSON",
  "broken-csv": "its row does not have the columns of the first",
  "not-an-object": "it is JSON, but no object with fields",
  "wrong-encoding": "it is no valid UTF-8",
  "lone-surrogate": "a text holds half of a character",
  "line-too-long": "it is longer than any record should be",
  "missing-fields": "a field that its format needs is not there, or is of another type",
  "no-markers": "nothing marks where the thought begins and ends",
  "repeated-markers": "a marker of the thought stands there more than once",
  "nested-markers": "the markers of the thought are not in order",
  "thought-never-ends": "the thought was cut off before its end",
  "answer-never-ends": "the answer was cut off before its end",
  "several-turns": "the conversation has more than one question and answer",
  "empty-thought": "the thought is empty",
  "empty-answer": "the answer is empty",
  "empty-prompt": "the prompt is empty",
  "reasoning-off": "the record says that it was made without a thought",
  incorrect: "the data say that the answer is wrong",
  "correctness-unknown": "the data do not say whether the answer is right",
  where: "it does not fulfil `where`",
  duplicate: "the same problem, thought and answer were there before",
  "same-problem": "the same problem was there before",
  contaminated: "an evaluation of the plan asks its problem",
  "over-length": "it has more tokens than `maxTokens`",
  "beyond-limit": "it stands behind the first `limit` records",
  "other-split": "its problem belongs to another split",
  "not-drawn": "enough were drawn before it",
  "template-misfit": "the chat template changes its texts, so they cannot be located",
  "unknown-symbol": "the vocabulary lacks one of its symbols"
} as const
export type Reason = keyof typeof reasons

/** The sentence of a reason; a plugin's own reason is its own sentence. */
export const sentenceOf = (reason: string): string => (reasons as Readonly<Record<string, string>>)[reason] ?? reason.replaceAll("-", " ")
