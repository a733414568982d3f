import { type ActionResult, shipOrder } from './admin-actions'
import type { Actor } from './audit'
import type { Shop } from './shop'

/** At most so many orders are shipped with one press. */
export const SHIPPED_MAX = 50
/** Each queries WeChat; so many do at once. */
const AT_ONCE = 10

export type Shipped = { id: string; result: ActionResult }

/** Ships several orders, each by itself: one that may not leave keeps none of the others here. */
export async function shipOrders(shop: Shop, ids: string[], actor: Actor): Promise<Shipped[]> {
  const shipped: Shipped[] = []
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE)
    shipped.push(...(await Promise.all(some.map(async (id) => ({ id, result: await shipOrder(shop, id, actor) })))))
  }
  return shipped
}
