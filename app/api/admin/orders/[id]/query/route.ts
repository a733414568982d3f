import { queryOrder } from '@/lib/shop/admin-actions'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'

/** Queries WeChat now about each payment of an order, and settles what it says. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const result = await queryOrder(shop, id, actor)
  return answerAction(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'queried' })
})
