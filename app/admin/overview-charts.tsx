import { getFormatter, getTranslations } from 'next-intl/server'
import type { Health, OrderSum } from '@/lib/shop/review'
import { Chart } from '../_ui/chart'

/** Orders of the day, and how long WeChat took to answer, as pictures. */
export async function OverviewCharts({ orders, health }: { orders: OrderSum[]; health: Health[] }) {
  const t = await getTranslations('overview')
  const format = await getFormatter()
  const hour = (at: number) => format.dateTime(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Chart
        title={t('orders')}
        labels={orders.map(({ at }) => hour(at))}
        series={[
          { name: t('made'), colour: 'over', values: orders.map(({ made }) => made) },
          { name: t('paid'), colour: 'good', values: orders.map(({ paid }) => paid) },
        ]}
      />
      <Chart
        title={t('latency')}
        shape="lines"
        labels={health.map(({ at }) => hour(at))}
        series={[
          { name: t('median'), colour: 'good', values: health.map(({ p50Ms }) => p50Ms) },
          { name: t('slow'), colour: 'waiting', values: health.map(({ p95Ms }) => p95Ms) },
        ]}
      />
    </div>
  )
}
