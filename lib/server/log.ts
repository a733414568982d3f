import pino, { type DestinationStream } from 'pino'
import type { LogFields, Shop } from '@/lib/shop/shop'

const SECRET_NAMES = [
  'key',
  'apiKey',
  'api_key',
  'sign',
  'paySign',
  'authorization',
  'cookie',
  'password',
  'token',
  'openid',
  'req_info',
]

/** The shop's log: one JSON line per event, on standard output unless told otherwise, secrets masked by name. */
export function openLog(level: string, out: DestinationStream = pino.destination(1)): Shop['log'] {
  const redact = { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' }
  const log = pino({ level, redact, base: null }, out)
  return {
    info: (event: string, fields: LogFields = {}) => log.info(fields, event),
    warn: (event: string, fields: LogFields = {}) => log.warn(fields, event),
    error: (event: string, error: unknown, fields: LogFields = {}) => log.error({ ...fields, err: error }, event),
  }
}
