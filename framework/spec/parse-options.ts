/** How every part of a spec is decoded: all problems at once, no unknown keys, and no values in messages. */
export const parseOptions = { errors: "all", onExcessProperty: "error", reportInput: false } as const
