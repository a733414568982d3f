import { type Reply, UNVERIFIED, type Verdict } from './notification'
import { REPEATS_MAX } from './repeats'

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

/** What changed an order or a refund: their histories name the entry, so it stays whatever else is the same. */
const CAUSES: readonly Verdict[] = ['applied', 'stray', 'refund_applied']

/**
 * In what entries are the same, and how many of the same verdict are kept whole. What a message means are the numbers of
 * its payment and refund, and the text that was signed, if any was.
 */
export type Sameness = { by: 'body' | 'meaning'; keptMax: number }

/**
 * When an entry gives way to earlier ones that are the same: the newest of them counts it, and keeps when it came. Anybody
 * can send one forgery in any number, so of equal bytes one entry is kept. What WeChat signed can be repeated by whoever
 * has seen it, with white space that the signature does not cover: what counts is what it means. Whatever else WeChat
 * signed is another entry, and never given up. Null for what always stays: causes of a change, and what an admin had replayed,
 * or its outcome could not be seen.
 */
export function samenessOf({ replayOf }: LogEntry, verdict: Verdict): Sameness | null {
  if (replayOf !== null || CAUSES.includes(verdict)) return null
  return UNVERIFIED.includes(verdict) ? { by: 'body', keptMax: 1 } : { by: 'meaning', keptMax: REPEATS_MAX }
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
