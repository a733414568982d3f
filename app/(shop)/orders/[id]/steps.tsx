import { Check } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { Order } from '@/lib/shop/order'
import type { RefundStanding, Standing } from '../../../_ui/standing'

type Step =
  | 'stepOrdered'
  | 'stepPaying'
  | 'stepPaid'
  | 'stepClosed'
  | 'stepShipped'
  | 'stepRefunded'
  | 'stepPartlyRefunded'

/** Ordered, paying, paid, shipped, refunded: how far the order has come. */
export async function Steps({
  order,
  standing,
  refunded,
}: {
  order: Order
  standing: Standing
  refunded: RefundStanding
}) {
  const t = await getTranslations('order')
  const { steps, current } = stepsOf(order, standing, refunded)
  return (
    <ol aria-label={t('steps')} className="flex flex-wrap items-center gap-2 text-sm whitespace-nowrap sm:gap-3">
      {steps.map((step, index) => {
        const isCurrent = index === current
        const isDone = index < current || (isCurrent && standing.type === 'paid')
        const look = isDone ? 'bg-pine text-on-pine' : isCurrent ? 'bg-honey text-amber' : 'bg-line text-faded'
        return (
          <li key={step} aria-current={isCurrent ? 'step' : undefined} className="flex items-center gap-2 sm:gap-3">
            {index > 0 && <span aria-hidden className="h-px w-2 bg-line min-[24rem]:w-6 sm:w-14" />}
            <span className={`grid size-7 shrink-0 place-items-center rounded-full text-sm ${look}`}>
              {isDone ? <Check aria-hidden className="size-4" /> : index + 1}
            </span>
            <span className={isCurrent ? 'font-medium' : 'text-faded'}>{t(step)}</span>
          </li>
        )
      })}
    </ol>
  )
}

function stepsOf(
  { shippedAt }: Order,
  { type }: Standing,
  refunded: RefundStanding,
): { steps: Step[]; current: number } {
  // An order that was closed was never paid on the way there.
  if (type === 'expired' || type === 'cancelled' || type === 'stray') {
    return { steps: ['stepOrdered', 'stepClosed'], current: 1 }
  }
  if (type !== 'paid') return { steps: ['stepOrdered', 'stepPaying', 'stepPaid'], current: 1 }
  const went: Step[] = [
    'stepOrdered',
    'stepPaid',
    ...(shippedAt === null ? [] : (['stepShipped'] as const)),
    ...(refunded === 'partly' ? (['stepPartlyRefunded'] as const) : []),
    ...(refunded === 'wholly' ? (['stepRefunded'] as const) : []),
  ]
  // What is still to come, as long as nothing went back.
  const isToShip = shippedAt === null && refunded === 'none'
  return { steps: isToShip ? [...went, 'stepShipped'] : went, current: went.length - 1 }
}
