import { json } from '@/lib/web/problem'
import { requestLocale } from '@/lib/web/request-locale'
import { orderRoute } from '../../route-handler'
import { viewOf } from '../view'

export const GET = orderRoute(async ({ request, runtime, params }) =>
  json(await viewOf(runtime.shop, params.id, requestLocale(request))),
)
