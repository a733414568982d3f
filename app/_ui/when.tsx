import { getFormatter } from 'next-intl/server'

/** An instant as people in China read it off a clock; in records to the second, and with its year. */
export async function When({ at, seconds = false }: { at: number; seconds?: boolean }) {
  return <time dateTime={new Date(at).toISOString()}>{await formatInstant(at, seconds)}</time>
}

export async function formatInstant(at: number, seconds = false): Promise<string> {
  const format = await getFormatter()
  return format.dateTime(at, {
    ...(seconds && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    hourCycle: 'h23',
  })
}
