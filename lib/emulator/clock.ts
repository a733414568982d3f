import type { Ledger } from './ledger/ledger'

export type Clock = ReturnType<typeof createClock>

/**
 * WeChat's clock: the real one, and how far it was pushed ahead, which outlives a restart. All instants are epoch
 * milliseconds.
 */
export function createClock(ledger: Ledger, realNow: () => number) {
  const now = () => realNow() + ledger.clockOffsetMs()
  return {
    now,

    /** What a merchant's own clock shows now: everything that it compares with its clock is in real time. */
    merchantNow: () => realNow(),

    /**
     * An instant that a merchant named. Merchants live in real time, and what is half an hour away for them must be
     * half an hour away here, however far this clock was pushed.
     */
    fromMerchant: (at: number) => at + ledger.clockOffsetMs(),

    /** Pushes the clock ahead until it shows `at`; never turns it back. */
    moveTo: (at: number) => {
      if (at > now()) ledger.setClockOffsetMs(at - realNow())
    },
  }
}
