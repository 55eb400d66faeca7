/** So many of n places, drawn by chance: those with the lowest of n random numbers, so that fewer are a part of more. */

/** @param draw uniform in [0, 1), called `places` times whatever the count */
export const drawnPlaces = (places: number, count: number, draw: () => number): ReadonlySet<number> => {
  const numbers = Array.from({ length: places }, (_, place) => ({ place, number: draw() }))
  numbers.sort((a, b) => a.number - b.number || a.place - b.place)
  return new Set(numbers.slice(0, Math.max(0, count)).map(({ place }) => place))
}
