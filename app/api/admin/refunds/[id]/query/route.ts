import { queryRefundAs } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { operatorRoute } from '../../../route-handler'
import { answerRefund, readRefundNo } from '../../answer'

/** Queries WeChat about a refund now, and settles what it says. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  return answerRefund(form.value, await queryRefundAs(shop, readRefundNo(params.id), actor), 'refund_queried')
})
