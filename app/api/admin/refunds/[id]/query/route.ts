import { queryRefundAs } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { operatorRoute } from '../../../route-handler'
import { answerRefund } from '../../answer'

/** Queries WeChat about a refund now, and settles what it says. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  return answerRefund(form.value, await queryRefundAs(shop, id, actor), 'refund_queried')
})
