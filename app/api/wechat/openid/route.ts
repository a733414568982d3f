import type { Runtime } from '@/lib/runtime'
import { readCookie, writeCookie } from '@/lib/web/cookie'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/web/order-token'
import { PAYER_AGE_SECONDS, PAYER_COOKIE, readState, writePayer, writeState } from '@/lib/web/payer'
import { problem } from '@/lib/web/problem'
import { leaveFor, redirect, withProblem } from '@/lib/web/redirect'
import { route } from '../../route-handler'

/**
 * Finds out who sits in front of a page inside WeChat: goes to WeChat's authorization, and comes back here with a code.
 * It changes nothing but a cookie of this browser, and works for orders that this browser made.
 */
export const GET = route(async ({ request, runtime }) => {
  const query = new URL(request.url).searchParams
  const [code, state] = [query.get('code'), query.get('state')]
  const isLeaving = code === null && state === null
  const orderId = isLeaving ? query.get('order') : readState(runtime.orderSecret, state ?? '')
  const own = readOwnOrderIds(runtime.orderSecret, readCookie(request, ORDERS_COOKIE, runtime.config.publicUrl))
  if (orderId === null || !own.includes(orderId)) return problem('not_found')
  // Back without a code: WeChat did not say who is there. The page offers another way to pay.
  return isLeaving ? leave(runtime, orderId) : comeBack(runtime, orderId, code ?? '')
})

function leave({ authorization, orderSecret, config }: Runtime, orderId: string): Response {
  const back = `${config.publicUrl.origin}/api/wechat/openid`
  if (authorization === null) return redirect(withProblem(`/orders/${orderId}`, 'openid_required'))
  return leaveFor(authorization.addressFor(back, writeState(orderSecret, orderId)))
}

async function comeBack({ authorization, orderSecret, config }: Runtime, orderId: string, code: string) {
  const page = `/orders/${orderId}`
  const openid = code === '' ? null : ((await authorization?.findOpenid(code.slice(0, 512))) ?? null)
  if (openid === null) return redirect(withProblem(page, 'openid_required'))
  return redirect(page, [
    writeCookie(PAYER_COOKIE, writePayer(orderSecret, openid), PAYER_AGE_SECONDS, config.publicUrl),
  ])
}
