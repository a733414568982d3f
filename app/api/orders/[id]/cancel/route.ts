import { cancelOrder } from '@/lib/shop/checkout'
import { isForm } from '@/lib/web/body'
import { json, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { requestLocale } from '@/lib/web/request-locale'
import { orderRoute } from '../../../route-handler'
import { viewOf } from '../../view'

/** Closes the order at WeChat and here; or finds it paid, if WeChat says so. */
export const POST = orderRoute(async ({ request, runtime: { shop }, params }) => {
  const cancelled = await cancelOrder(shop, params.id)
  const page = `/orders/${params.id}`
  if (isForm(request)) return redirect(cancelled.ok ? page : withProblem(page, cancelled.reason))
  if (!cancelled.ok && cancelled.reason === 'wechat_unavailable') return problem('wechat_unavailable')
  return json(await viewOf(shop, params.id, requestLocale(request)))
})
