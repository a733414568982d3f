import { getRuntime } from '@/lib/runtime'
import { type ReceivedRequest, receivedHeaders, waitedMs } from '@/lib/server/received'
import { handleNotification } from '@/lib/shop/handle-notification'
import type { ApiVersion } from '@/lib/shop/payment'
import { readBody } from '@/lib/web/body'
import { remoteAddress } from '@/lib/web/origin'
import { problem } from '@/lib/web/problem'
import { forPeople } from '@/lib/web/problem-page'

const BODY_LIMITS = { bytesMax: 64 * 1024, msMax: 5_000 }

/**
 * WeChat says that an order was paid or a refund came to its end, and repeats it until it is acknowledged.
 * So: write down what came, check it, query what it tells of, act on the answer, and only then acknowledge.
 *
 * @param versionOf in which API a body is written
 */
export async function receive(
  request: ReceivedRequest,
  versionOf: (body: Uint8Array) => ApiVersion,
): Promise<Response> {
  const { shop, config } = await getRuntime()
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return problem(body.code)

  const apiVersion = versionOf(body.bytes)
  const message = {
    apiVersion,
    remoteAddress: remoteAddress(request, config.trustedProxies),
    headers: recordedHeaders(request),
    body: body.bytes,
  }
  const answer = await handleNotification(shop, message, waitedMs(request))
  if (answer === 'busy') return problem('busy')
  const { status, contentType, body: text } = shop.gateway.writeReply(apiVersion, answer)
  if (status === 204) return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
  return new Response(text, { status, headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
}

/** What came with the body, for the log; never what could open something. */
function recordedHeaders(request: ReceivedRequest): Record<string, string> {
  const secret = /^(authorization|cookie|proxy-authorization)$/
  return Object.fromEntries(receivedHeaders(request).map(([name, value]) => [name, secret.test(name) ? '***' : value]))
}

/** People who try whether the address answers open it in a browser. */
export const refuse = (request: Request) =>
  forPeople(request, problem('method_not_allowed', undefined, { allow: 'POST' }))
