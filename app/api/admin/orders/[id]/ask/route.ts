import { askAboutOrder } from '@/lib/shop/admin-actions'
import { answerAct } from '../../../act'
import { operatorDoor } from '../../../door'

/** Asks WeChat now about each payment of an order, and settles what it says. */
export const POST = operatorDoor<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const result = await askAboutOrder(shop, id, actor)
  return answerAct(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'asked' })
})
