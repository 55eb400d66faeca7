/** One retention with its interval against the claimed threshold, small enough for a line of text. */
import type { JudgedClaim } from "../../claims/JudgedClaim.ts"
import { ratioText } from "../../format.ts"
import { type Html, html, Html as Raw } from "../html.ts"

const [width, height, side] = [220, 34, 10]

/** One scale for all strips of a page, so that they may be compared by eye: what is claimed, what was found, and 1. */
export const stripScale = (all: ReadonlyArray<JudgedClaim>): readonly [number, number] => {
  const ends = all.flatMap(({ retention, threshold }) =>
    [threshold, ...(retention.kind === "measured" ? [retention.interval.low, retention.interval.high, retention.interval.estimate] : [])]).filter(Number.isFinite)
  const [least, most] = [Math.max(0, Math.min(1, ...ends)), Math.min(2, Math.max(1, ...ends))]
  const room = 0.06 * (most - least) + 0.01
  return [Math.max(0, least - room), most + room]
}

/** Null where there is no interval to draw. */
export const verdictStrip = ({ retention, threshold, verdict }: JudgedClaim, [least, most]: readonly [number, number]): Html | null => {
  if (retention.kind !== "measured") return null
  const at = (value: number) => (side + ((Math.min(most, Math.max(least, value)) - least) / (most - least)) * (width - 2 * side)).toFixed(1)
  const { estimate, high, low } = retention.interval
  // an end that lies beyond the scale is an arrow
  const end = (value: number) => value < least ? `M${Number(at(value)) + 5} 9L${at(value)} 13L${Number(at(value)) + 5} 17`
    : value > most ? `M${Number(at(value)) - 5} 9L${at(value)} 13L${Number(at(value)) - 5} 17` : `M${at(value)} 9V17`
  const described = `Retention ${ratioText(estimate)}, 95 % interval ${ratioText(low)} to ${ratioText(high)}, claimed at least ${threshold}`
  return html`<svg class="strip ${new Raw(verdict.kind)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"><title>${described}</title>
<rect class="claimed" x="${at(threshold)}" y="3" width="${(Number(at(most)) - Number(at(threshold))).toFixed(1)}" height="20"/>
<path class="axis" d="M${at(least)} 23H${at(most)}"/><path class="threshold" d="M${at(threshold)} 1V26"/><path class="one" d="M${at(1)} 19V27"/>
<path class="interval" d="M${at(low)} 13H${at(high)}${new Raw(end(low) + end(high))}"/><circle class="estimate" cx="${at(estimate)}" cy="13" r="4"/>
<text x="${at(threshold)}" y="33" text-anchor="middle">${String(threshold)}</text>${Math.abs(threshold - 1) * (width - 2 * side) / (most - least) < 18 ? null : html`<text x="${at(1)}" y="33" text-anchor="middle">1</text>`}
</svg>`
}
