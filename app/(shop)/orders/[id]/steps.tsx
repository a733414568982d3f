import { Check } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { Standing } from '../../../_ui/standing'

/** Ordered, paying, paid: how far the order has come. */
export async function Steps({ standing }: { standing: Standing }) {
  const t = await getTranslations('order')
  const isOver = standing.type === 'expired' || standing.type === 'cancelled'
  const steps = [t('stepOrdered'), t('stepPaying'), isOver ? t('stepClosed') : t('stepPaid')]
  const current = standing.type === 'paid' || isOver ? 2 : 1
  return (
    <ol aria-label={t('steps')} className="flex items-center gap-3 text-sm">
      {steps.map((step, index) => {
        const isDone = index < current || standing.type === 'paid'
        const isCurrent = index === current
        const look = isDone ? 'bg-pine text-white' : isCurrent ? 'bg-honey text-amber' : 'bg-line text-faded'
        return (
          <li key={step} aria-current={isCurrent ? 'step' : undefined} className="flex items-center gap-3">
            {index > 0 && <span aria-hidden className="h-px w-6 bg-line sm:w-14" />}
            <span className={`grid size-7 place-items-center rounded-full text-sm ${look}`}>
              {isDone ? <Check aria-hidden className="size-4" /> : index + 1}
            </span>
            <span className={isCurrent ? 'font-medium' : 'text-faded'}>{step}</span>
          </li>
        )
      })}
    </ol>
  )
}
