/** China's clock, whatever the server's is: eight hours ahead of UTC, all year. */
export const BEIJING_AHEAD_MS = 8 * 3600_000

const DAY_MS = 24 * 3600_000

/** The first instant of the day in Beijing. */
export function beginOfDay(at: number): number {
  return Math.floor((at + BEIJING_AHEAD_MS) / DAY_MS) * DAY_MS - BEIJING_AHEAD_MS
}

/** An instant as `<input type="datetime-local">` has it, such as 2026-03-01T10:00 or 2026-03-01T10:00:30. */
export function writeBeijingTime(at: number): string {
  return new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace(/:00$/, '')
}

/** The instant of such a text, which is known to be a date and a time. */
export function readBeijingTime(text: string): number {
  return Date.parse(`${text.replace('Z', '')}Z`) - BEIJING_AHEAD_MS
}

/** A day in Beijing as WeChat and forms write it, such as 2026-03-01. */
export type Day = string

export function dayOf(at: number): Day {
  return new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 10)
}

/** The day with this name, or null when there is none. */
export function parseDay(text: string): Day | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  // The 30th of February is carried over into March; only real days read back as they were written.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : text
}

/** The first instant of a day. */
export function beginOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) - BEIJING_AHEAD_MS
}

/** The day that comes so many days after another, or before it. */
export function dayAfter(day: Day, days = 1): Day {
  return dayOf(beginOf(day) + days * DAY_MS)
}
