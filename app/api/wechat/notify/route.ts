import { problem, readBody, remoteAddress } from '@/lib/http'
import { getRuntime } from '@/lib/runtime'
import { isSettled } from '@/lib/shop/notification'
import { judgeNotification, recordNotification } from '@/lib/shop/receive'

const BODY_LIMITS = { bytesMax: 64 * 1024, msMax: 5_000 }
/** Each judgement may wait for WeChat's answer; beyond this many, WeChat is asked to come again, and the worker judges. */
const RUNNING_MAX = 32

/**
 * WeChat says that an order was paid, and repeats it until it is thanked.
 * So: write down what came, check it, ask back, act on it, and only then say thanks.
 */
export async function POST(request: Request): Promise<Response> {
  const { shop, config, notifying } = await getRuntime()
  const reply = (words: 'thanks' | 'again') => {
    const { contentType, body } = shop.gateway.writeReply(words)
    return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
  }
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return problem(body.code)
  const message = {
    remoteAddress: remoteAddress(request, config.trustedProxies),
    headers: recordedHeaders(request),
    body: body.bytes,
  }
  try {
    const id = await recordNotification(shop, message)
    if (notifying.running >= RUNNING_MAX) return reply('again')
    notifying.running += 1
    const verdict = await judgeNotification(shop, id, message).finally(() => {
      notifying.running -= 1
    })
    // Thanks only for what is recorded and can change nothing when repeated; a repeat costs us nothing.
    return reply(isSettled(verdict) ? 'thanks' : 'again')
  } catch (error) {
    shop.log.error('notification_failed', error)
    return reply('again')
  }
}

/** What came with the body, for the log; never what could open something. */
function recordedHeaders(request: Request): Record<string, string> {
  const secret = /^(authorization|cookie|proxy-authorization)$/
  return Object.fromEntries([...request.headers].map(([name, value]) => [name, secret.test(name) ? '***' : value]))
}

const refuse = () => problem('method_not_allowed', undefined, { allow: 'POST' })

export { refuse as DELETE, refuse as GET, refuse as HEAD, refuse as OPTIONS, refuse as PATCH, refuse as PUT }
