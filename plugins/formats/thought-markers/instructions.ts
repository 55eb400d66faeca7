/**
 * Instructions that data sets put around a problem. They stay in the prompt, which is what the model was asked; the
 * problem's own text, by which equal problems are known, is without them.
 */

const before = [
  "Return your final response within \\boxed{}.",
  "Return your final response within \\boxed{{}}.",
  "Solve the following math problem. Make sure to put the answer (and only answer) inside \\boxed{}.",
  "Solve this math problem step by step. Put your final answer in \\boxed{}.",
  "Please reason step by step, and put your final answer within \\boxed{}.",
  "Generate an executable Python function generated from the given prompt. The function should take stdin as input and print the output. Simply call the function after the definition.",
  "Problem:"
]
const behind = [
  "Please reason step by step, and put your final answer within \\boxed{}.",
  "Let's think step by step and output the final answer within \\boxed{}.",
  "Solution:"
]

/** The problem inside a prompt. A prompt that is all instruction stays as it is. */
export const problemIn = (prompt: string): string => {
  let problem = prompt.trim()
  for (const instruction of before) if (problem.startsWith(instruction)) problem = problem.slice(instruction.length).trimStart()
  for (const instruction of behind) if (problem.endsWith(instruction)) problem = problem.slice(0, -instruction.length).trimEnd()
  return problem === "" ? prompt.trim() : problem
}
