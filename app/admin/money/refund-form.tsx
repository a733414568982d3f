import { getLocale, getTranslations } from 'next-intl/server'
import { fen, formatFen } from '@/lib/shop/money'
import { type Refund, refundableFen } from '@/lib/shop/refund'
import type { ReviewedTransaction } from '@/lib/shop/review'
import { ActionForm } from '../../_ui/action-form'
import { Button } from '../../_ui/button'
import { OPENS } from '../../_ui/confirm'
import { Field } from '../../_ui/field'
import { RefundsAreOff } from '../refunds/refunds-off'
import { whyNoRefundOf } from '../refunds/why-off'

type Props = { money: ReviewedTransaction; refunds: Refund[]; from: 'order' | 'list' }

/** Sends stray money back, all that is left of it. It opens without any script, and its button says how much. */
export async function RefundForm({ money, refunds, from }: Props) {
  const left = refundableFen(fen(money.paidFen), refunds)
  if (left === 0 || money.outcome === 'applied') return null
  const why = await whyNoRefundOf(money.outTradeNo)
  if (why !== null) return <RefundsAreOff why={why} />
  const t = await getTranslations('money')
  const amount = formatFen(left, await getLocale())
  return (
    <details className="group mt-3">
      <summary className={OPENS}>{t('refund')}</summary>
      <ActionForm action={`/api/admin/money/${money.transactionId}/refund`} className="mt-3 flex flex-col gap-3">
        <input type="hidden" name="from" value={from} />
        <p>{t('refundText', { amount })}</p>
        <Field
          label={t('refundReason')}
          name="reason"
          required
          maxLength={80}
          defaultValue={t(`defaultReason.${money.outcome}`)}
        />
        <div>
          <Button>{t('refundSubmit', { amount })}</Button>
        </div>
      </ActionForm>
    </details>
  )
}
