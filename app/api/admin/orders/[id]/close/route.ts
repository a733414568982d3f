import { closeOrderAs } from '@/lib/shop/admin-actions'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'

/** Closes an order at WeChat and here; or finds it paid, if WeChat says so. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const result = await closeOrderAs(shop, id, actor)
  return answerAction(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'closed' })
})
