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
