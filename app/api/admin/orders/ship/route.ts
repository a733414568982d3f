import { readOrderIds, shipPath } from '@/app/admin/orders/ship-query'
import { shipOrders } from '@/lib/shop/ship-orders'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../../route-handler'

/** Says that the goods of several orders have left, and leads to what became of each. */
export const POST = operatorRoute(async ({ request, runtime: { shop }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  // Only orders that are there, so that what leads on has room for all of them.
  const known = new Set((await shop.store.listOrders(readOrderIds(form.value.getAll('order')))).map(({ id }) => id))
  const ids = readOrderIds(form.value.getAll('order')).filter((id) => known.has(id))
  if (ids.length === 0) return redirect(withProblem('/admin/orders', 'nothing_chosen'))
  return redirect(shipPath(ids, await shipOrders(shop, ids, actor)))
})
