import { type Reply, UNVERIFIED, type Verdict } from './notification'

/* What writing a result does to the log of notifications. */

/** What bounds the log of messages that carry no valid signature. Others are never deleted. */
export type LogLimits = { entriesMax: number; bytesMax: number }

/** What such messages take of the log at the moment. */
export type LogExtent = { entries: number; bytes: number }

/** An entry of the log before its result is written; one that was processed before has a verdict already. */
export type LogEntry = { verdict: Verdict | null; reply: Reply | null; replayOf: number | null }

/** A message counts once for the hour in which it came, with its first verdict; a replay never came. */
export function isCounted({ verdict, replayOf }: LogEntry): boolean {
  return verdict === null && replayOf === null
}

/**
 * Whether an entry gives way to an earlier one of the same body and verdict, which counts it: anybody can send the same
 * forgery in any number. What an admin had replayed stays an entry of its own, or its outcome could not be seen.
 */
export function givesWay({ replayOf }: LogEntry, verdict: Verdict): boolean {
  return UNVERIFIED.includes(verdict) && replayOf === null
}

/** Two may process the same message, when the first was held up; whoever has acknowledged it is not contradicted. */
export function mayWriteResult({ reply }: LogEntry): boolean {
  return reply !== 'acknowledge'
}

/** Whether an entry with such a verdict counts for the limits, and may be deleted for them. */
export function isBounded(verdict: Verdict): boolean {
  return UNVERIFIED.includes(verdict)
}

/** Of the oldest entries as many as have to go, so that the rest is within the limits. */
export function beyondLimits<Entry extends { bytes: number }>(
  oldest: Entry[],
  extent: LogExtent,
  { entriesMax, bytesMax }: LogLimits,
): Entry[] {
  let { entries, bytes } = extent
  return oldest.filter((entry) => {
    if (entries <= entriesMax && bytes <= bytesMax) return false
    entries -= 1
    bytes -= entry.bytes
    return true
  })
}
