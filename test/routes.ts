type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response> | Response

/** The routes that journeys go through: each is the route file itself, found as Next.js finds it. */
const DOORS: [RegExp, () => Promise<Record<string, unknown>>][] = [
  [/^\/api\/products$/, () => import('@/app/api/products/route')],
  [/^\/api\/orders$/, () => import('@/app/api/orders/route')],
  [/^\/api\/orders\/lookup$/, () => import('@/app/api/orders/lookup/route')],
  [/^\/api\/orders\/(?<id>[^/]+)$/, () => import('@/app/api/orders/[id]/route')],
  [/^\/api\/orders\/(?<id>[^/]+)\/prepay$/, () => import('@/app/api/orders/[id]/prepay/route')],
  [/^\/api\/orders\/(?<id>[^/]+)\/confirm$/, () => import('@/app/api/orders/[id]/confirm/route')],
  [/^\/api\/orders\/(?<id>[^/]+)\/cancel$/, () => import('@/app/api/orders/[id]/cancel/route')],
  [/^\/api\/orders\/(?<id>[^/]+)\/events$/, () => import('@/app/api/orders/[id]/events/route')],
  [/^\/api\/orders\/(?<id>[^/]+)\/timeline$/, () => import('@/app/api/orders/[id]/timeline/route')],
  [/^\/api\/orders\/(?<id>[^/]+)\/refund-request$/, () => import('@/app/api/orders/[id]/refund-request/route')],
  [/^\/api\/wechat\/notify$/, () => import('@/app/api/wechat/notify/route')],
  [/^\/api\/wechat\/notify\/refund$/, () => import('@/app/api/wechat/notify/refund/route')],
  [/^\/api\/wechat\/notify\/v3$/, () => import('@/app/api/wechat/notify/v3/route')],
  [/^\/api\/wechat\/openid$/, () => import('@/app/api/wechat/openid/route')],
  [/^\/api\/openapi\.json$/, () => import('@/app/api/openapi.json/route')],
  [/^\/api\/docs$/, () => import('@/app/api/docs/route')],
  [/^\/api\/cart$/, () => import('@/app/api/cart/route')],
  [/^\/api\/locale$/, () => import('@/app/api/locale/route')],
  [/^\/api\/admin\/login$/, () => import('@/app/api/admin/login/route')],
  [/^\/api\/admin\/login\/code$/, () => import('@/app/api/admin/login/code/route')],
  [/^\/api\/admin\/logout$/, () => import('@/app/api/admin/logout/route')],
  [/^\/api\/admin\/orders\/export$/, () => import('@/app/api/admin/orders/export/route')],
  [/^\/api\/admin\/orders\/(?<id>[^/]+)\/query$/, () => import('@/app/api/admin/orders/[id]/query/route')],
  [/^\/api\/admin\/orders\/(?<id>[^/]+)\/close$/, () => import('@/app/api/admin/orders/[id]/close/route')],
  [
    /^\/api\/admin\/orders\/(?<id>[^/]+)\/review-refund$/,
    () => import('@/app/api/admin/orders/[id]/review-refund/route'),
  ],
  [/^\/api\/admin\/orders\/ship$/, () => import('@/app/api/admin/orders/ship/route')],
  [/^\/api\/admin\/orders\/(?<id>[^/]+)\/ship$/, () => import('@/app/api/admin/orders/[id]/ship/route')],
  [/^\/api\/admin\/orders\/(?<id>[^/]+)\/track$/, () => import('@/app/api/admin/orders/[id]/track/route')],
  [/^\/api\/admin\/orders\/(?<id>[^/]+)\/refund$/, () => import('@/app/api/admin/orders/[id]/refund/route')],
  [/^\/api\/admin\/money\/(?<id>[^/]+)\/refund$/, () => import('@/app/api/admin/money/[id]/refund/route')],
  [/^\/api\/admin\/refunds\/export$/, () => import('@/app/api/admin/refunds/export/route')],
  [/^\/api\/admin\/refunds\/(?<id>[^/]+)\/approve$/, () => import('@/app/api/admin/refunds/[id]/approve/route')],
  [/^\/api\/admin\/refunds\/(?<id>[^/]+)\/decline$/, () => import('@/app/api/admin/refunds/[id]/decline/route')],
  [/^\/api\/admin\/refunds\/(?<id>[^/]+)\/query$/, () => import('@/app/api/admin/refunds/[id]/query/route')],
  [/^\/api\/admin\/refunds\/(?<id>[^/]+)\/reroute$/, () => import('@/app/api/admin/refunds/[id]/reroute/route')],
  [/^\/api\/admin\/refunds\/(?<id>[^/]+)\/resolve$/, () => import('@/app/api/admin/refunds/[id]/resolve/route')],
  [/^\/api\/admin\/bills\/(?<date>[^/]+)\/accept$/, () => import('@/app/api/admin/bills/[date]/accept/route')],
  [/^\/api\/admin\/bills\/(?<date>[^/]+)\/fetch$/, () => import('@/app/api/admin/bills/[date]/fetch/route')],
  [/^\/api\/admin\/bills\/(?<date>[^/]+)\/file$/, () => import('@/app/api/admin/bills/[date]/file/route')],
  [/^\/api\/admin\/bills\/(?<date>[^/]+)\/export$/, () => import('@/app/api/admin/bills/[date]/export/route')],
  [/^\/api\/admin\/differences\/(?<id>[^/]+)\/query$/, () => import('@/app/api/admin/differences/[id]/query/route')],
  [/^\/api\/admin\/differences\/(?<id>[^/]+)\/accept$/, () => import('@/app/api/admin/differences/[id]/accept/route')],
  [/^\/api\/admin\/differences\/(?<id>[^/]+)\/record$/, () => import('@/app/api/admin/differences/[id]/record/route')],
  [/^\/api\/admin\/differences\/(?<id>[^/]+)\/refund$/, () => import('@/app/api/admin/differences/[id]/refund/route')],
  [/^\/api\/admin\/goods\/(?<id>[^/]+)\/price$/, () => import('@/app/api/admin/goods/[id]/price/route')],
  [/^\/api\/admin\/goods\/(?<id>[^/]+)\/stock$/, () => import('@/app/api/admin/goods/[id]/stock/route')],
  [/^\/api\/admin\/goods\/(?<id>[^/]+)\/offer$/, () => import('@/app/api/admin/goods/[id]/offer/route')],
  [/^\/api\/admin\/money\/(?<id>[^/]+)\/resolve$/, () => import('@/app/api/admin/money/[id]/resolve/route')],
  [/^\/api\/admin\/account\/password$/, () => import('@/app/api/admin/account/password/route')],
  [/^\/api\/admin\/account\/second-factor$/, () => import('@/app/api/admin/account/second-factor/route')],
  [/^\/api\/admin\/account\/sessions$/, () => import('@/app/api/admin/account/sessions/route')],
  [/^\/api\/admin\/team$/, () => import('@/app/api/admin/team/route')],
  [/^\/api\/admin\/team\/(?<id>[^/]+)$/, () => import('@/app/api/admin/team/[id]/route')],
  [/^\/api\/admin\/notifications\/replay$/, () => import('@/app/api/admin/notifications/replay/route')],
  [/^\/api\/admin\/notifications\/filters$/, () => import('@/app/api/admin/notifications/filters/route')],
  [/^\/api\/admin\/notifications\/newest$/, () => import('@/app/api/admin/notifications/newest/route')],
  [/^\/api\/admin\/notifications\/events$/, () => import('@/app/api/admin/notifications/events/route')],
  [
    /^\/api\/admin\/notifications\/(?<id>[^/]+)\/replay$/,
    () => import('@/app/api/admin/notifications/[id]/replay/route'),
  ],
  [/^\/api\/admin\/signature$/, () => import('@/app/api/admin/signature/route')],
  [/^\/api\/health$/, () => import('@/app/api/health/route')],
  [/^\/emulator(\/.*)?$/, () => import('@/app/emulator/[[...path]]/route')],
]

/** Answers a request with the route handler of its path; 404 and 405 as Next.js gives them. */
export async function routeTo(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  for (const [pattern, load] of DOORS) {
    const match = pattern.exec(pathname)
    if (match === null) continue
    const exported = await load()
    const method = request.method === 'HEAD' && exported.HEAD === undefined ? 'GET' : request.method
    const handler = exported[method] as Handler | undefined
    if (handler === undefined) return new Response(null, { status: 405 })
    return handler(request, { params: Promise.resolve({ ...match.groups }) })
  }
  return new Response(null, { status: 404 })
}
