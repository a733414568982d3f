/** Where all chance of a storm comes from: the same seed gives the same storm. */
export type Chance = ReturnType<typeof openChance>

/** A small generator of good repute (sfc32); the first rounds spread neighbouring seeds apart. */
export function openChance(seed: number) {
  let [a, b, c, d] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let round = 0; round < 16; round += 1) next()

  /** A whole number from 0 on, below `limit`. */
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit)
  const happens = (probability: number): boolean => next() / 2 ** 32 < probability
  return {
    below,
    happens,
    between: (first: number, last: number): number => first + below(last - first + 1),
    pick: <T>(list: readonly T[]): T => {
      const picked = list[below(list.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
    /** One of the kinds whose lots come out, or null: at most one thing goes wrong at a time. */
    strike: <Kind extends string>(odds: Readonly<Partial<Record<Kind, number>>>): Kind | null => {
      for (const kind in odds) if (happens(odds[kind] ?? 0)) return kind
      return null
    },
    bytes: (count: number): Uint8Array => Uint8Array.from({ length: count }, () => next() >>> 24),
  }
}
