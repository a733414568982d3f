import pino, { type DestinationStream } from 'pino'
import type { LogFields, Shop } from '@/lib/shop/shop'
import { type Bound, openBound } from './bound'
import { masker, SECRET_NAMES } from './mask'

/** Of one kind; a store that cannot write makes every request of every stranger fail in the same way. */
const LINES_PER_MINUTE = 120

/**
 * The shop's log: one JSON line per event, on standard output unless told otherwise; masked is what stands under the name
 * of a secret, and each of the `secrets` wherever it stands. Of errors, and of warnings, under the same name so many a
 * minute are written, then their number.
 */
export function openLog(
  level: string,
  secrets: readonly string[],
  out: DestinationStream = pino.destination(1),
): Shop['log'] {
  const redact = { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' }
  const mask = masker(secrets)
  const log = pino({ level, redact, base: null }, { write: (line) => out.write(mask(line)) })
  const openBounds = (told: string) => {
    const bounds = new Map<string, Bound>()
    return (event: string) => {
      const bound = bounds.get(event) ?? openBound(LINES_PER_MINUTE, (lines) => log.warn({ event, lines }, told))
      bounds.set(event, bound)
      return bound.take()
    }
  }
  const takeError = openBounds('errors_left_out')
  const takeWarning = openBounds('warnings_left_out')
  return {
    info: (event: string, fields: LogFields = {}) => log.info(fields, event),
    warn(event: string, fields: LogFields = {}) {
      if (takeWarning(event)) log.warn(fields, event)
    },
    error(event: string, error: unknown, fields: LogFields = {}) {
      if (takeError(event)) log.error({ ...fields, err: error }, event)
    },
  }
}
