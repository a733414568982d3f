import { format } from 'node:util'
import type { Shop } from '@/lib/shop/shop'
import { openBound } from './bound'
import { masker, maskNamed } from './mask'

/** Enough for a sentence and where it happened. */
const TEXT_LENGTH_MAX = 2_000
/** Somebody who makes pages fail does it a thousand times a minute, and what failed first tells as much as the last. */
const LINES_PER_MINUTE = 60

/** What programs write with. */
type Output = Pick<Console, 'debug' | 'dir' | 'error' | 'info' | 'log' | 'warn'>
/** What is needed of the process. */
type Program = { once: (event: 'exit', end: () => void) => unknown }

export type OutputOptions = { output: Output; log: Shop['log']; secrets: readonly string[]; program: Program }

/**
 * From now on, what Next.js and libraries write goes into the shop's log, cut and masked: so many lines a minute, then one
 * that says how many were left out. Strangers decide how often something fails, and they must not fill a disk with it.
 */
export function boundOutput({ output, log, secrets, program }: OutputOptions): void {
  const mask = masker(secrets)
  const bound = openBound(LINES_PER_MINUTE, (lines) => log.warn('output_left_out', { lines }))
  const through =
    (write: (text: string) => void) =>
    (first: unknown, ...rest: unknown[]) => {
      if (bound.take()) write(textOf(first, rest, mask))
    }
  const asInfo = through((text) => log.info('output', { text }))
  output.debug = asInfo
  output.info = asInfo
  output.log = asInfo
  output.dir = (value) => asInfo(value)
  output.warn = through((text) => log.warn('output', { text }))
  output.error = through((text) => log.error('output', text))
  program.once('exit', bound.end)
}

/**
 * One text of all that was to be written. It is searched for secrets before it is cut, or half of one might stay; and cut
 * before it is searched too, since that takes time.
 */
export function textOf(first: unknown, rest: unknown[], mask: (text: string) => string): string {
  const text = maskNamed(mask(format(first, ...rest).slice(0, 4 * TEXT_LENGTH_MAX)))
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX)}…`
}
