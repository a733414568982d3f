import { getFormatter, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { beginOfDay } from '@/lib/shop/beijing'
import { VERDICTS } from '@/lib/shop/notification'
import { Chart } from '../../_ui/chart'
import { VERDICT_TONES } from '../../_ui/verdict-chip'

const DAYS = 7
const HOUR_MS = 3600_000
const STEP_MS = 6 * HOUR_MS
const STEPS = (DAYS * 24 * HOUR_MS) / STEP_MS

/** How many messages ended with which verdict, in the quarters of the last days; verdicts that occur. */
export async function VerdictChart() {
  const t = await getTranslations('notifications')
  const words = await getTranslations('verdict')
  const format = await getFormatter()
  const { store, now } = await getShop()
  const from = beginOfDay(now()) - (DAYS - 1) * 24 * HOUR_MS
  const counts = await store.countVerdicts(from, from + STEPS * STEP_MS)
  const series = VERDICTS.map((verdict) => {
    const values = Array.from({ length: STEPS }, () => 0)
    for (const { at, count } of counts.filter((it) => it.verdict === verdict)) {
      const step = Math.floor((at - from) / STEP_MS)
      values[step] = (values[step] ?? 0) + count
    }
    return { name: words(verdict), colour: VERDICT_TONES[verdict], values }
  })
  const time = (at: number) =>
    format.dateTime(at, { month: 'numeric', day: 'numeric', hour: '2-digit', hourCycle: 'h23' })
  return (
    <Chart
      title={t('chart', { days: DAYS })}
      shape="stack"
      labels={Array.from({ length: STEPS }, (_, step) => time(from + step * STEP_MS))}
      series={series.filter(({ values }) => values.some((value) => value > 0))}
    />
  )
}
