import { Check } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { Standing } from '../../../_ui/standing'

/** Ordered, paying, paid: how far the order has come. */
export async function Steps({ standing }: { standing: Standing }) {
  const t = await getTranslations('order')
  const isOver = standing.type === 'expired' || standing.type === 'cancelled' || standing.type === 'stray'
  // An order that was closed was never paid on the way there.
  const steps = isOver ? [t('stepOrdered'), t('stepClosed')] : [t('stepOrdered'), t('stepPaying'), t('stepPaid')]
  const current = standing.type === 'paid' ? 2 : 1
  return (
    <ol aria-label={t('steps')} className="flex items-center gap-2 text-sm whitespace-nowrap sm:gap-3">
      {steps.map((step, index) => {
        const isDone = index < current || standing.type === 'paid'
        const isCurrent = index === current
        const look = isDone ? 'bg-pine text-white' : isCurrent ? 'bg-honey text-amber' : 'bg-line text-faded'
        return (
          <li key={step} aria-current={isCurrent ? 'step' : undefined} className="flex items-center gap-2 sm:gap-3">
            {index > 0 && <span aria-hidden className="h-px w-2 bg-line min-[24rem]:w-6 sm:w-14" />}
            <span className={`grid size-7 shrink-0 place-items-center rounded-full text-sm ${look}`}>
              {isDone ? <Check aria-hidden className="size-4" /> : index + 1}
            </span>
            <span className={isCurrent ? 'font-medium' : 'text-faded'}>{step}</span>
          </li>
        )
      })}
    </ol>
  )
}
