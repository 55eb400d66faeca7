/** Counts what is read and why it is not used. */
import type { Tally } from "../sequence/Tally.ts"

const maxExamples = 3
/** A plugin may make up reasons; it cannot make up so many that they are no counts any more. */
const maxReasons = 100

export interface TallyCounter {
  /** One record, or one generation of it, was read. */
  readonly read: () => void
  readonly refuse: (reason: string, place: string, detail?: string) => void
  /** Many at once, of which some places are known. */
  readonly refuseMany: (reason: string, count: number, examples: ReadonlyArray<string>) => void
  readonly copy: () => TallyCounter
  readonly numRead: () => number
  readonly numRefused: () => number
  /** Most frequent reasons first. */
  readonly tally: (used: number) => Tally
}

interface Counted { count: number; examples: Array<string>; detail: string | null }

const longestDetail = 200
/** What a record holds may stand in it: signs that would move a terminal's cursor do not. */
const plain = (detail: string): string => detail.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd").slice(0, longestDetail)

const make = (numRead: number, counts: Map<string, Counted>): TallyCounter => {
  let read = numRead
  const refuseMany = (reason: string, count: number, examples: ReadonlyArray<string>, detail: string | null = null): void => {
    if (count === 0) return
    const name = counts.has(reason) || counts.size < maxReasons ? reason.slice(0, 100) : "other"
    const counted = counts.get(name) ?? { count: 0, examples: [], detail: null }
    if (counted.examples.length === 0 && detail !== null) counted.detail = plain(detail)
    counted.count += count
    for (const example of examples) if (counted.examples.length < maxExamples) counted.examples.push(example)
    counts.set(name, counted)
  }
  const numRefused = () => [...counts.values()].reduce((sum, { count }) => sum + count, 0)
  return {
    read: () => { read++ },
    refuse: (reason, place, detail) => {
      const counted = counts.get(reason)
      if (counted === undefined || counted.examples.length < maxExamples) refuseMany(reason, 1, [place], detail ?? null)
      else counted.count++
    },
    refuseMany,
    copy: () => make(read, new Map([...counts].map(([reason, counted]) => [reason, { ...counted, examples: [...counted.examples] }]))),
    numRead: () => read,
    numRefused,
    tally: (used) => ({
      read, used,
      reasons: [...counts].map(([reason, { count, detail, examples }]) => ({ reason, count, examples, ...(detail === null ? {} : { detail }) }))
        .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    })
  }
}

export const tallyCounter = (): TallyCounter => make(0, new Map())

/** "12 no-markers, 3 empty-answer", the most frequent first. */
export const inWords = ({ reasons }: Tally, most = 5): string => reasons.slice(0, most).map(({ count, reason }) => `${count} ${reason}`).join(", ")
