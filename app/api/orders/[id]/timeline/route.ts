import { buyerTimeline } from '@/lib/web/buyer-timeline'
import { json } from '@/lib/web/problem'
import { orderRoute } from '../../../route-handler'

/** How the order was paid, message by message, as its buyer may read it. */
export const GET = orderRoute(async ({ runtime, params }) =>
  json({ steps: await buyerTimeline(runtime.shop, params.id) }),
)
