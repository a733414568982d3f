import { getFormatter } from 'next-intl/server'

/** An instant as people in China read it off a clock; in records with its year, to the second or to the millisecond. */
export async function When({ at, seconds = false, ms = false }: { at: number; seconds?: boolean; ms?: boolean }) {
  return <time dateTime={new Date(at).toISOString()}>{await formatInstant(at, seconds || ms, ms)}</time>
}

export async function formatInstant(at: number, seconds = false, ms = false): Promise<string> {
  const format = await getFormatter()
  return format.dateTime(at, {
    ...(seconds && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    ...(ms && { fractionalSecondDigits: 3 }),
    hourCycle: 'h23',
  })
}
