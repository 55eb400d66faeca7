/** Bounds on hostile or mistaken input. A real experiment file has a few kilobytes and ten levels. */
export const maxFileBytes = 512 * 1024
export const maxDepth = 64
/** values of a file once its aliases and merge keys are written out */
export const maxNodes = 100_000
export const maxFiles = 64
/** points of a grid before exclusions */
export const maxPoints = 1_000_000
