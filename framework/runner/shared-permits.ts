/** Slots that ask one server share what it may be asked at once. */
import { Semaphore } from "effect"

/** Permits by address and number: the same for all that name both alike. */
export const sharedPermits = (): (address: string, concurrency: number) => Semaphore.Semaphore => {
  const made = new Map<string, Semaphore.Semaphore>()
  return (address, concurrency) => {
    const key = `${concurrency} ${address}`
    const known = made.get(key) ?? Semaphore.makeUnsafe(concurrency)
    made.set(key, known)
    return known
  }
}
