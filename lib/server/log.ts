import pino, { type DestinationStream } from 'pino'
import type { LogFields, Shop } from '@/lib/shop/shop'
import { masker, SECRET_NAMES } from './mask'

/**
 * The shop's log: one JSON line per event, on standard output unless told otherwise; masked is what stands under the name
 * of a secret, and each of the `secrets` wherever it stands.
 */
export function openLog(
  level: string,
  secrets: readonly string[],
  out: DestinationStream = pino.destination(1),
): Shop['log'] {
  const redact = { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' }
  const mask = masker(secrets)
  const log = pino({ level, redact, base: null }, { write: (line) => out.write(mask(line)) })
  return {
    info: (event: string, fields: LogFields = {}) => log.info(fields, event),
    warn: (event: string, fields: LogFields = {}) => log.warn(fields, event),
    error: (event: string, error: unknown, fields: LogFields = {}) => log.error({ ...fields, err: error }, event),
  }
}
