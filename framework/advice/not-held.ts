/** Reasons that counted something, the largest first. */
export const notHeldReasons = (leftOut: Readonly<Record<string, number>>): ReadonlyArray<readonly [string, number]> =>
  Object.entries(leftOut).filter(([, number]) => number > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
