import { isSameOrigin, problem } from '@/lib/http'
import { accessTo } from '@/lib/order-access'
import { getRuntime, type Runtime } from '@/lib/runtime'

type Context<P> = { params: Promise<P> }
type Visit<P> = { request: Request; runtime: Runtime; params: P }

/** A route handler that answers a failing store or a mistake in the code with a problem, and logs it. */
export function door<P>(handle: (visit: Visit<P>) => Promise<Response>) {
  return async (request: Request, context: Context<P>): Promise<Response> => {
    const runtime = await getRuntime()
    try {
      return await handle({ request, runtime, params: await context.params })
    } catch (error) {
      runtime.shop.log.error('request_failed', error, { method: request.method, path: new URL(request.url).pathname })
      return problem(isStoreError(error) ? 'store_unavailable' : 'internal')
    }
  }
}

/** A door for forms of the shop's own pages; posts from other sites are refused. */
export function formDoor<P>(handle: (visit: Visit<P>) => Promise<Response>) {
  return door<P>(async (visit) => {
    if (!isSameOrigin(visit.request, visit.runtime.config.publicUrl)) return problem('forbidden_origin')
    return handle(visit)
  })
}

/** A door to one order, for those who can prove that it is theirs. To everybody else it does not exist. */
export function orderDoor(handle: (visit: Visit<{ id: string }>) => Promise<Response>) {
  return door<{ id: string }>(async (visit) => {
    const { request, runtime, params } = visit
    const access = accessTo(runtime.orderSecret, request, params.id)
    if (access === null) return problem('not_found')
    // A cookie travels with every request a browser makes; only the shop's own pages may use it to change something.
    if (access === 'cookie' && request.method !== 'GET' && !isSameOrigin(request, runtime.config.publicUrl)) {
      return problem('forbidden_origin')
    }
    return handle(visit)
  })
}

function isStoreError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as Error & { code?: unknown }
  return (typeof code === 'string' && code.startsWith('SQLITE_')) || isStoreError(error.cause)
}
