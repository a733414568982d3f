/** WeChat comes sixteen times with one message, and a few more when an operator has it sent again. */
export const REPEATS_MAX = 20

/** Messages that are remembered; the one that came longest ago is forgotten first. */
const REMEMBERED_MAX = 20_000

export type Repeats = {
  /** Counts one more message with this proof of its maker; whether it came no more often than WeChat's own do. */
  isPlausible: (proof: string) => boolean
}

/**
 * How often each message that was made with the key came since the process began. Whoever has seen one can send it again in any number, and
 * must not keep the front of the queue with it.
 */
export function openRepeats(rememberedMax = REMEMBERED_MAX): Repeats {
  const known = new Map<string, number>()
  return {
    isPlausible(proof) {
      const times = (known.get(proof) ?? 0) + 1
      known.delete(proof)
      known.set(proof, times)
      const [oldest] = known.keys()
      if (known.size > rememberedMax && oldest !== undefined) known.delete(oldest)
      return times <= REPEATS_MAX
    },
  }
}
