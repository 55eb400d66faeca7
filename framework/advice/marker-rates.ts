/** Markers per 1,000 units, by class and tenth. */
import type { MarkerTable } from "./MarkerCounts.ts"

export interface MarkerRate {
  readonly name: string
  /** [10] */
  readonly tenths: ReadonlyArray<number>
  /** over all tenths */
  readonly mean: number
}

const perThousand = (markers: number, units: number): number => units === 0 ? 0 : (1000 * markers) / units
const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

/** Of all tables together. */
export const markerRates = (tables: ReadonlyArray<MarkerTable>): ReadonlyArray<MarkerRate> => {
  const names = [...new Set(tables.flatMap(({ counts }) => Object.keys(counts)))]
  const units = (tenth: number) => sum(tables.map((table) => table.units[tenth]!))
  return names.map((name) => {
    const markers = (tenth: number) => sum(tables.map(({ counts }) => counts[name]?.[tenth] ?? 0))
    const places = Array.from({ length: 10 }, (_, tenth) => tenth)
    return {
      name, tenths: places.map((tenth) => perThousand(markers(tenth), units(tenth))),
      mean: perThousand(sum(places.map(markers)), sum(places.map(units)))
    }
  })
}
