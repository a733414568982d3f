const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Pauses between the attempts, from the start of one to the start of the next: 16 attempts in 24 h 4 min. */
const RETRY_AFTER_MS = [
  ...[15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE],
  ...[30 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR],
]

/** How long after this attempt the next one is made; null after the last. */
export function pauseAfter(attempt: number): number | null {
  return RETRY_AFTER_MS[attempt - 1] ?? null
}
