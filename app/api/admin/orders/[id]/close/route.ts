import { closeOrderAs } from '@/lib/shop/admin-actions'
import { answerAct } from '../../../act'
import { operatorDoor } from '../../../door'

/** Closes an order at WeChat and here; or finds it paid, if WeChat says so. */
export const POST = operatorDoor<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const result = await closeOrderAs(shop, id, actor)
  return answerAct(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'closed' })
})
