import { openQueue, type Queue, type QueueLimits } from './queue'
import { openRepeats, type Repeats } from './repeats'

/**
 * In which order received messages are processed. Those that are signed with the shop's key go first: that costs next to
 * nothing to find out, and whoever sends the others may send any number of them. One that came more often than WeChat
 * itself comes stands with the others.
 */
export type Processing = {
  signed: Queue
  repeats: Repeats
  unsigned: Queue
  /** Entries of the log that are being processed, or wait for it; the worker leaves them alone. */
  ids: Set<number>
  /** How many messages were sent away unread since the process began, because too many waited. */
  refused: number
}

/** Each may wait for WeChat's answer, which takes a fifth of a second; so these are several hundred a second. */
const SIGNED_AT_ONCE = 128
/** After an outage of hours, WeChat brings tens of thousands within a minute. */
const SIGNED_WAITING_MAX = 20_000
const SIGNED_WAITING_BYTES_MAX = 32 * 1024 * 1024

/** Those that are written together share one sync of the disk; but everybody else waits for all of them. */
const UNSIGNED_AT_ONCE = 8
const UNSIGNED_BYTES_AT_ONCE = 64 * 1024
const UNSIGNED_WAITING_MAX = 1_024
const UNSIGNED_WAITING_BYTES_MAX = 16 * 1024 * 1024

/** @param whenReady calls back when the process has time for messages that nobody signed */
export function openProcessing(whenReady?: QueueLimits['whenReady']): Processing {
  const signed = openQueue({
    atOnce: SIGNED_AT_ONCE,
    bytesAtOnce: SIGNED_WAITING_BYTES_MAX,
    waitingMax: SIGNED_WAITING_MAX,
    waitingBytesMax: SIGNED_WAITING_BYTES_MAX,
    onLeave: () => unsigned.serve(),
  })
  const unsigned = openQueue({
    atOnce: UNSIGNED_AT_ONCE,
    bytesAtOnce: UNSIGNED_BYTES_AT_ONCE,
    waitingMax: UNSIGNED_WAITING_MAX,
    waitingBytesMax: UNSIGNED_WAITING_BYTES_MAX,
    mayServe: () => !signed.hasWaiting(),
    ...(whenReady && { whenReady }),
  })
  return { signed, repeats: openRepeats(), unsigned, ids: new Set(), refused: 0 }
}
