import { getFormatter, getTranslations } from 'next-intl/server'

type Precision = {
  /** With the year, and to the second. */
  seconds?: boolean
  ms?: boolean
  /** For buyers, who may be anywhere; pages for admins say it once. */
  zone?: boolean
}

/** An instant as people in China read it off a clock; in records with its year, to the second or to the millisecond. */
export async function When({ at, ...precision }: { at: number } & Precision) {
  return <time dateTime={new Date(at).toISOString()}>{await formatInstant(at, precision)}</time>
}

export async function formatInstant(at: number, precision: Precision = {}): Promise<string> {
  const { ms = false, zone = false, seconds = ms } = precision
  const format = await getFormatter()
  const time = format.dateTime(at, {
    ...(seconds && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    ...(ms && { fractionalSecondDigits: 3 }),
    hourCycle: 'h23',
  })
  return zone ? (await getTranslations('when'))('zoned', { time }) : time
}
