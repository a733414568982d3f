import { requestLocale } from '@/lib/web/request-locale'
import { eventStream, STREAMS_PER_ORDER_MAX } from '../../../event-stream'
import { orderRoute } from '../../../route-handler'
import { viewOf } from '../../view'

/** The order now and at each change. */
export const GET = orderRoute(async ({ request, runtime, params }) => {
  const locale = requestLocale(request)
  const view = async () => JSON.stringify(await viewOf(runtime.shop, params.id, locale))
  return eventStream(runtime, { topic: params.id, event: 'order', view, streamsMax: STREAMS_PER_ORDER_MAX, request })
})
