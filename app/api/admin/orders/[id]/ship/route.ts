import { shipOrder } from '@/lib/shop/admin-actions'
import { answerAct } from '../../../act'
import { operatorDoor } from '../../../door'

/** Says that the goods of a paid order have left. */
export const POST = operatorDoor<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const result = await shipOrder(shop, id, actor)
  return answerAct(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'shipped' })
})
