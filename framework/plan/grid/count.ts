/** Size of a grid by arithmetic, before anything is expanded. */
import { maxPoints } from "../../spec/bounds.ts"
import type { TypedBlock } from "../../spec/axes.ts"
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import type { SpecIssue } from "../../spec/SpecError.ts"

export const countPoints = (block: TypedBlock): bigint =>
  block.product.reduce((points, axis) => points * BigInt(axis.values.length), BigInt(block.zip[0]?.values.length ?? 1))

/** "12,000,000"; beyond 30 digits as a power of ten. */
const show = (count: bigint): string => {
  const digits = String(count)
  return digits.length > 30 ? `about 10^${digits.length - 1}` : digits.replace(/\B(?=(\d{3})+$)/g, ",")
}

export const checkSize = (loaded: LoadedSpec): SpecIssue | null => {
  const sizes = loaded.blocks.map(countPoints)
  const total = sizes.reduce((sum, size) => sum + size, 0n)
  if (total <= BigInt(maxPoints)) return null
  const largest = sizes.reduce((best, size, i) => (size > sizes[best]! ? i : best), 0)
  return loaded.issueAt(
    ["grid", largest],
    "grid-too-large",
    `the grid has ${show(total)} points${sizes.length > 1 ? `, ${show(sizes[largest]!)} of them in this block` : ""}; at most ${show(BigInt(maxPoints))} are expanded`,
    "Cross fewer axes, or zip some of them. Points are counted before `exclude` and `only`."
  )
}
