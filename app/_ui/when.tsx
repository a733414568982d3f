import { getFormatter } from 'next-intl/server'

/** An instant as people in China read it off a clock, to the second where that matters. */
export async function When({ at, seconds = false }: { at: number; seconds?: boolean }) {
  const format = await getFormatter()
  const text = format.dateTime(at, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    hourCycle: 'h23',
  })
  return <time dateTime={new Date(at).toISOString()}>{text}</time>
}
