import { getOrder } from '@/lib/shop/checkout'
import { json } from '@/lib/web/problem'
import { requestLocale } from '@/lib/web/request-locale'
import { orderRoute } from '../../route-handler'
import { orderView } from '../view'

export const GET = orderRoute(async ({ request, runtime, params }) =>
  json(orderView(await getOrder(runtime.shop, params.id), requestLocale(request))),
)
