import { getRuntime } from '@/lib/runtime'
import { receivedHeaders, waitedMs } from '@/lib/server/received'
import { handleNotification } from '@/lib/shop/handle-notification'
import { readBody } from '@/lib/web/body'
import { remoteAddress } from '@/lib/web/origin'
import { problem } from '@/lib/web/problem'
import { forPeople } from '@/lib/web/problem-page'

/** In which WeChat Pay speaks at this address. */
const API_VERSION = 'v2' as const

const BODY_LIMITS = { bytesMax: 64 * 1024, msMax: 5_000 }

/**
 * WeChat says that an order was paid or a refund came to its end, and repeats it until it is acknowledged.
 * So: write down what came, check it, query what it tells of, act on the answer, and only then acknowledge.
 */
export async function POST(request: Request): Promise<Response> {
  const { shop, config } = await getRuntime()
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return problem(body.code)

  const message = {
    apiVersion: API_VERSION,
    remoteAddress: remoteAddress(request, config.trustedProxies),
    headers: recordedHeaders(request),
    body: body.bytes,
  }
  const answer = await handleNotification(shop, message, waitedMs(request))
  if (answer === 'busy') return problem('busy')
  const { status, contentType, body: text } = shop.gateway.writeReply(API_VERSION, answer)
  return new Response(text, { status, headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
}

/** What came with the body, for the log; never what could open something. */
function recordedHeaders(request: Request): Record<string, string> {
  const secret = /^(authorization|cookie|proxy-authorization)$/
  return Object.fromEntries(receivedHeaders(request).map(([name, value]) => [name, secret.test(name) ? '***' : value]))
}

/** People who try whether the address answers open it in a browser. */
const refuse = (request: Request) => forPeople(request, problem('method_not_allowed', undefined, { allow: 'POST' }))

export { refuse as DELETE, refuse as GET, refuse as HEAD, refuse as OPTIONS, refuse as PATCH, refuse as PUT }
