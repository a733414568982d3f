import { refundTransaction } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { readReason } from '@/lib/web/refund-form'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'
import { pageOfMoney } from '../../page-of-money'

/** Sends money that paid no order back, all that is left of it. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const page = await pageOfMoney(shop, id, form.value)
  const reason = readReason(form.value.get('reason'))
  const result = reason.ok ? await refundTransaction(shop, id, reason.text, actor) : reason
  return answerAction(request, result, { page, done: 'refunded' })
})
