import { getRuntime, type Runtime } from '@/lib/runtime'
import { isStoreUnavailable } from '@/lib/shop/store'
import { accessTo } from '@/lib/web/order-token'
import { isSameOrigin, remoteSubscriber } from '@/lib/web/origin'
import { problem } from '@/lib/web/problem'
import { forPeople } from '@/lib/web/problem-page'
import type { Demand } from '@/lib/web/rate-limit'

type Context<P> = { params: Promise<P> }
export type Visit<P> = { request: Request; runtime: Runtime; params: P }
type Handle<P> = (visit: Visit<P>) => Promise<Response>

/** A lock that somebody else holds, or a full disk: it may be over soon. */
const RETRY = { 'retry-after': '5' }

/**
 * A route handler that counts its requests and answers a failing store or a mistake in the code with a problem, and
 * shows people each problem as a page. `also` names a second limit that a request has to keep.
 */
export function route<P>(handle: Handle<P>, also: (visit: Visit<P>) => Demand[] = () => []) {
  return async (request: Request, context: Context<P>): Promise<Response> => {
    const runtime = await getRuntime()
    try {
      const visit = { request, runtime, params: await context.params }
      const byAddress = { limit: 'requests', key: remoteSubscriber(request, runtime.config.trustedProxies) } as const
      const taken = await runtime.limits.consume([byAddress, ...also(visit)])
      const response = taken.isAllowed ? await handle(visit) : problem('too_many_requests')
      for (const [name, value] of Object.entries(taken.headers)) response.headers.set(name, value)
      return await forPeople(request, response)
    } catch (error) {
      runtime.shop.log.error('request_failed', error, {
        method: request.method,
        path: new URL(request.url).pathname.slice(0, 200),
      })
      const failure = isStoreUnavailable(error) ? problem('store_unavailable', undefined, RETRY) : problem('internal')
      return forPeople(request, failure)
    }
  }
}

/** A route for forms of the shop's own pages; posts from other sites are refused. */
export function formRoute<P>(handle: Handle<P>) {
  return route<P>(async (visit) => {
    if (!isSameOrigin(visit.request, visit.runtime.config.publicUrl)) return problem('forbidden_origin')
    return handle(visit)
  })
}

/** A route to one order, for those who can prove that it is theirs. To everybody else it does not exist. */
export function orderRoute(handle: Handle<{ id: string }>) {
  const isChange = ({ request }: Visit<{ id: string }>) => request.method !== 'GET'
  return route<{ id: string }>(
    async (visit) => {
      const { request, runtime, params } = visit
      const access = accessTo(runtime, request, params.id)
      if (access === null) return problem('not_found')
      // A cookie travels with every request a browser makes; only the shop's own pages may use it to change something.
      if (access === 'cookie' && isChange(visit) && !isSameOrigin(request, runtime.config.publicUrl)) {
        return problem('forbidden_origin')
      }
      return handle(visit)
    },
    (visit) => {
      // Only who can prove the order counts for it: a stranger must not use up its owner's requests.
      const isOwner = accessTo(visit.runtime, visit.request, visit.params.id) !== null
      return isChange(visit) && isOwner ? [{ limit: 'actions', key: visit.params.id }] : []
    },
  )
}
