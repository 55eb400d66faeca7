/** The one copy of `effect` that plugins get: bundled beside the command line, so that both share it. */
export * from "effect"
