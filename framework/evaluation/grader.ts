/**
 * Version of the code that reads answers from outputs. It enters the id of every score step together with the benchmark's own
 * version: a better grader scores the kept outputs again and generates nothing. Raise it when a verdict can change.
 */
export const graderVersion = 1
