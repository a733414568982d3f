import { shipOrder } from '@/lib/shop/admin-actions'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'

/** Says that the goods of a paid order have left. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const result = await shipOrder(shop, id, actor)
  return answerAction(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'shipped' })
})
