import { confirmOrder } from '@/lib/shop/checkout'
import { isForm } from '@/lib/web/body'
import { json, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { requestLocale } from '@/lib/web/request-locale'
import { orderRoute } from '../../../route-handler'
import { viewOf } from '../../view'

/** “I have paid”: queries WeChat. What the customer's side says changes nothing by itself. */
export const POST = orderRoute(async ({ request, runtime: { shop }, params }) => {
  const { order, known } = await confirmOrder(shop, params.id)
  const page = `/orders/${params.id}`
  if (isForm(request)) {
    if (known === 'unknown') return redirect(withProblem(page, 'wechat_unavailable'))
    return redirect(order.status === 'pending' ? withProblem(page, 'not_paid_yet') : page)
  }
  if (known === 'unknown') return problem('wechat_unavailable')
  return json(await viewOf(shop, params.id, requestLocale(request)))
})
