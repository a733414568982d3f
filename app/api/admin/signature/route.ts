import { explainNotification } from '@/lib/shop/handle-notification'
import { readBody } from '@/lib/web/body'
import { json, problem } from '@/lib/web/problem'
import { adviceOn } from '@/lib/web/protocol-words'
import { requestLocale } from '@/lib/web/request-locale'
import { adminRoute } from '../route-handler'

/** As much as the notify URL takes. */
const BODY_LIMITS = { bytesMax: 64 * 1024, msMax: 5_000 }

/** Takes a pasted message apart. Nothing of it is kept or logged, and nothing is done about it. */
export const POST = adminRoute(async ({ request, runtime: { shop, limits }, admin }) => {
  const taken = await limits.consume([{ limit: 'explanations', key: admin.id }])
  if (!taken.isAllowed) return problem('too_many_requests')
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return problem(body.code)
  const explanation = await explainNotification(shop, { apiVersion: 'v2', headers: {}, body: body.bytes })
  return json({ ...explanation, advice: adviceOn(explanation, requestLocale(request)) })
})
