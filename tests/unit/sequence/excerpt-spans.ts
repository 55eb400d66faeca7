/**
 * Where the parts of each excerpt of tests/fixtures/traces lie in Qwen3's tokens, read one by one in what `explain` shows.
 * Places are token indices; a thought that never ends has no answer. Texts are those of single tokens.
 */
export interface Spans {
  /** row of the file, and which generation of it */
  readonly row: string
  /** the thought without its closer, which are the next two tokens */
  readonly cot: readonly [start: number, end: number]
  /** the answer without the end of turn, which are the next two tokens */
  readonly answer: readonly [start: number, end: number] | null
  /** last token of the prompt's own text */
  readonly prompt: string
  /** its first three tokens and its last three; a full stop and the line break of the closer are one token */
  readonly thought: readonly [ReadonlyArray<string>, ReadonlyArray<string>]
  /** the answer's first two tokens and its last two */
  readonly says?: readonly [ReadonlyArray<string>, ReadonlyArray<string>]
  /** text of the last eight tokens of the first derivation */
  readonly derived: string | null
}

export const spansOf: Readonly<Record<string, ReadonlyArray<Spans>>> = {
  "thought-markers.jsonl": [
    { row: "1", cot: [310, 359], answer: [361, 414], prompt: ".$",
      thought: [["So", " I", " have"], ["/", "2", ").\n"]], says: [["To", " convert"], ["\\", "]"]], derived: " are (3, π/2).\n" },
    { row: "2", cot: [373, 456], answer: [458, 552], prompt: ".$",
      thought: [["So", " I", " have"], ["3", "}\\", ").\n"]], says: [["To", " express"], ["}\\", ")."]], derived: null }
  ],
  "sky-t1-eval.jsonl": [
    { row: "1", cot: [57, 106], answer: [108, 161], prompt: ".$",
      thought: [["So", " I", " have"], ["/", "2", ").\n"]], says: [["To", " convert"], ["\\", "]"]], derived: " are (3, π/2).\n" },
    { row: "2", cot: [62, 104], answer: null, prompt: ".)",
      thought: [["So", " I", " have"], ["3", ",", " and"]], derived: null }
  ],
  "skythought.jsonl": [
    { row: "1", cot: [57, 103], answer: [105, 118], prompt: ".$",
      thought: [["Hmm", "...,", " let"], ["})", "$", ".\n"]], says: [["\\", "boxed"], ["})", "}"]], derived: ", \\frac{\\pi}{2})" },
    { row: "2", cot: [85, 125], answer: [127, 200], prompt: ".",
      thought: [["Hmm", "...", " the"], [" exact", " amount", ".\n"]], says: [["\\", "boxed"], [" number", ".)"]], derived: null },
    { row: "3", cot: [189, 250], answer: null, prompt: "]",
      thought: [["Hmm", "...", " the"], [" =", " ", "0"]], derived: null }
  ],
  "openthoughts-heads.jsonl": [
    { row: "1", cot: [88, 137], answer: null, prompt: ").",
      thought: [["Okay", ",", " so"], [",", " the", " key"]], derived: null }
  ],
  "limo.jsonl": [
    { row: "1", cot: [83, 165], answer: [167, 178], prompt: ".$",
      thought: [["Alright", ",", " so"], ["0", "2", "}.\n"]], says: [["**", "Final"], ["2", "}"]], derived: " 403=802" },
    { row: "2", cot: [183, 251], answer: [253, 273], prompt: "?",
      thought: [["Alright", ",", " so"], [" the", " box", ":\n"]], says: [["**", "Final"], ["7", "}."]], derived: " the number is indeed 117" }
  ],
  "o1-journey.jsonl": [
    { row: "1", cot: [65, 126], answer: [128, 133], prompt: "?",
      thought: [["If", " the", " digit"], ["3", "2", ".\n"]], says: [["####", " "], ["3", "2"]], derived: null },
    { row: "2", cot: [179, 257], answer: [259, 270], prompt: " .",
      thought: [["The", " problem", " involves"], ["7", "}\\", ").\n"]], says: [["####", " "], ["7", "7"]], derived: " + 5 = 677" }
  ],
  "prime-rl.jsonl": [
    { row: "1", cot: [45, 112], answer: [114, 175], prompt: "$.",
      thought: [["Okay", ",", " so"], ["{-", "3", "}.\n"]], says: [["To", " solve"], ["}\\", ")."]], derived: " correct. So, x = -3" },
    { row: "2", cot: [45, 135], answer: null, prompt: "$.",
      thought: [["Okay", ",", " so"], [":", " (", "1"]], derived: null }
  ],
  "thought-anchors.jsonl": [
    { row: "1", cot: [43, 97], answer: [99, 175], prompt: ":",
      thought: [["Okay", ",", " so"], [" done", " here", ".\n"]], says: [["The", " expression"], ["7", "}$"]], derived: null },
    { row: "2", cot: [248, 292], answer: null, prompt: ":",
      thought: [["Okay", ",", " so"], [" use", " the", " principle"]], derived: null }
  ],
  "thought-anchors-labels.jsonl": [
    { row: "1", cot: [43, 107], answer: [109, 184], prompt: ":",
      thought: [["Okay", ",", " so"], [" done", " here", ".\n"]], says: [["The", " expression"], ["7", "}$"]], derived: null }
  ],
  "ollama.jsonl": [
    { row: "1", cot: [49, 133], answer: [135, 226], prompt: "?",
      thought: [["I", " need", " to"], ["'s", " it", ".\n"]], says: [["The", " polynomial"], ["4", "}"]], derived: null }
  ],
  "s1k.jsonl": [
    { row: "1", cot: [60, 107], answer: [109, 161], prompt: "?",
      thought: [["The", " problem", " asks"], ["1", "}$", ".\n"]], says: [["Solution", ":\n"], ["8", "}$"]], derived: null }
  ],
  "plain.jsonl": [
    { row: "1", cot: [20, 49], answer: [51, 53], prompt: "?",
      thought: [["7", " and", " "], ["4", "2", ".\n"]], says: [["4", "2"], ["4", "2"]], derived: " are 4. So 42" },
    { row: "3", cot: [18, 23], answer: null, prompt: "?",
      thought: [["6", " times", " "], [" ", "7", " is"]], derived: null }
  ],
  "openthoughts-metadata.jsonl": [
    { row: "1", cot: [20, 42], answer: [44, 58], prompt: "?",
      thought: [["Okay", ",", " "], ["4", "2", ".\n"]], says: [["The", " sum"], ["\\", "]"]], derived: " the 1.\n\nSo 42" }
  ],
  "synthetic-1.jsonl": [
    { row: "1", cot: [20, 31], answer: [33, 42], prompt: "?",
      thought: [["1", "7", " +"], ["4", "2", ".\n"]], says: [["The", " sum"], ["2", "}."]], derived: " + 25 is 42" },
    { row: "2", cot: [20, 27], answer: null, prompt: "?",
      thought: [["1", "7", " +"], ["2", "5", " is"]], derived: null },
    { row: "3", cot: [20, 25], answer: [27, 33], prompt: "?",
      thought: [["Maybe", " ", "3"], ["3", "2", ".\n"]], says: [["\\", "boxed"], ["2", "}"]], derived: null }
  ],
  "llama-nemotron.jsonl": [
    { row: "1", cot: [52, 63], answer: [65, 71], prompt: "?",
      thought: [["1", "7", " +"], ["4", "2", ".\n"]], says: [["\\", "boxed"], ["2", "}"]], derived: " + 25 is 42" }
  ],
  "s1k-1.1.jsonl": [
    { row: "1", cot: [20, 36], answer: [38, 44], prompt: "?",
      thought: [["Okay", ",", " "], ["4", "2", ".\n"]], says: [["\\", "boxed"], ["2", "}"]], derived: null }
  ],
  "openr1-math.jsonl": [
    { row: "1 (1)", cot: [20, 31], answer: [33, 39], prompt: "?",
      thought: [["1", "7", " +"], ["4", "2", ".\n"]], says: [["\\", "boxed"], ["2", "}"]], derived: " + 25 is 42" },
    { row: "1 (2)", cot: [20, 25], answer: [27, 33], prompt: "?",
      thought: [["Maybe", " ", "3"], ["3", "2", ".\n"]], says: [["\\", "boxed"], ["2", "}"]], derived: null },
    { row: "1 (3)", cot: [20, 27], answer: null, prompt: "?",
      thought: [["1", "7", " +"], ["2", "5", " is"]], derived: null }
  ],
  "chat-think.jsonl": [
    { row: "1", cot: [40, 51], answer: [53, 62], prompt: "?",
      thought: [["1", "7", " +"], ["4", "2", ".\n"]], says: [["It", " opens"], ["2", "."]], derived: " + 25 is 42" },
    { row: "2", cot: [20, 27], answer: null, prompt: "?",
      thought: [["1", "7", " +"], ["2", "5", " is"]], derived: null }
  ],
  "chat-fields.jsonl": [
    { row: "1", cot: [20, 31], answer: [33, 35], prompt: "?",
      thought: [["1", "7", " +"], ["4", "2", ".\n"]], says: [["4", "2"], ["4", "2"]], derived: " + 25 is 42" },
    { row: "2", cot: [20, 31], answer: [33, 35], prompt: "?",
      thought: [["1", "7", " +"], ["4", "2", ".\n"]], says: [["4", "2"], ["4", "2"]], derived: " + 25 is 42" },
    { row: "3", cot: [20, 26], answer: null, prompt: "?",
      thought: [["1", "7", " +"], [" ", "2", "5"]], derived: null }
  ]}
