import { BEIJING_AHEAD_MS } from '@/lib/shop/beijing'

/** An instant as WeChat writes it: `yyyyMMddHHmmss` of China's clock, wherever the server stands. */
export function writeTime(ms: number): string {
  return new Date(ms + BEIJING_AHEAD_MS).toISOString().replace(/\D/g, '').slice(0, 14)
}

/** The instant of a `yyyyMMddHHmmss` text in epoch milliseconds; null when there is no such moment. */
export function readTime(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1)
  if (parts === undefined) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - BEIJING_AHEAD_MS
  // Date.UTC carries a 30th of February over into March; only real entries read back as they were written.
  return writeTime(ms) === text ? ms : null
}

/** The instant of a `yyyy-MM-dd HH:mm:ss` text, as refunds have it, by the same clock; null when there is no such moment. */
export function readSpacedTime(text: string): number | null {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? readTime(text.replace(/\D/g, '')) : null
}

/** An instant as API v3 writes it: RFC 3339 by China's clock, with its offset. */
export function writeOffsetTime(ms: number): string {
  return `${new Date(ms + BEIJING_AHEAD_MS).toISOString().slice(0, 19)}+08:00`
}

/** The instant of an RFC 3339 text; null when there is no such moment, or it does not say how far it is from UTC. */
export function readOffsetTime(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):([0-5]\d))$/.exec(text)
  if (match === null) return null
  const [, local = '', sign = '+', hours = '00', minutes = '00'] = match
  const ms = Date.parse(`${local}Z`)
  // Date.parse carries a 30th of February over into March; only real entries read back as they were written.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== local || Number(hours) > 14) return null
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? ms + ahead : ms - ahead
}
