/** How long to wait before a request is sent again. */

const longestDelaySeconds = 30
/** A server that wants to be left alone for longer than this is not waited for. */
export const longestPauseSeconds = 600

/**
 * Seconds before try `tried + 1`: doubled each time from `first`, at most 30, spread by a half, so that requests which failed
 * together do not come back together.
 * @param tried tries so far, from 1   @param spread in [0, 1)
 * ```ts
 * delaySeconds(1, 0.5, 0) // => 0.25
 * delaySeconds(3, 0.5, 0.5) // => 1.5
 * delaySeconds(20, 0.5, 0.5) // => 22.5
 * ```
 */
export const delaySeconds = (tried: number, first: number, spread: number): number =>
  Math.min(longestDelaySeconds, first * 2 ** (tried - 1)) * (0.5 + 0.5 * spread)

/**
 * What `Retry-After` asks for, in seconds from `now`: a number, or a date. Null where it is missing or neither.
 * @source RFC 9110, section 10.2.3
 * ```ts
 * retryAfterSeconds("7", 0) // => 7
 * retryAfterSeconds("Thu, 01 Jan 1970 00:00:10 GMT", 4000) // => 6
 * retryAfterSeconds("soon", 0) // => null
 * ```
 */
export const retryAfterSeconds = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null
  if (/^\d{1,9}$/u.test(header.trim())) return Number(header)
  const date = /[a-z]{3}/iu.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000)
}
