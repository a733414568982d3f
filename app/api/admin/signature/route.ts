import { z } from 'zod'
import type { PastedProblem } from '@/lib/shop/gateway'
import { explainNotification } from '@/lib/shop/handle-notification'
import { readBody, readJson } from '@/lib/web/body'
import { json, type ProblemCode, problem } from '@/lib/web/problem'
import { adviceOn } from '@/lib/web/protocol-words'
import { requestLocale } from '@/lib/web/request-locale'
import { adminRoute } from '../route-handler'

/** As much as the notify URL takes. */
const BODY_LIMITS = { bytesMax: 64 * 1024, msMax: 5_000 }

/** Of API v3 more is signed than a body. */
const pasted = z.strictObject({
  kind: z.enum(['request', 'message', 'invocation']),
  method: z.string().max(16),
  url: z.string().max(2_048),
  headers: z.string(),
  body: z.string(),
  publicKey: z.string(),
})

const PROBLEMS: Record<PastedProblem, ProblemCode> = {
  private_key: 'private_key_pasted',
  not_a_public_key: 'not_a_public_key',
  no_json: 'malformed_json',
}

/** Takes a pasted message apart. Nothing of it is kept or logged, and nothing is done about it. */
export const POST = adminRoute(async ({ request, runtime: { shop, limits }, admin }) => {
  const taken = await limits.consume([{ limit: 'explanations', key: admin.id }])
  if (!taken.isAllowed) return problem('too_many_requests')
  const locale = requestLocale(request)
  if (request.headers.get('content-type') === 'application/json') {
    const read = await readJson(request, pasted)
    if (!read.ok) return read.response
    const explained = await shop.gateway.explainPasted(read.value)
    if (!explained.ok) return problem(PROBLEMS[explained.problem])
    const { explanation } = explained
    return json({ ...explanation, advice: adviceOn(explanation, locale) })
  }
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return problem(body.code)
  const explanation = await explainNotification(shop, { apiVersion: 'v2', headers: {}, body: body.bytes })
  return json({ ...explanation, advice: adviceOn(explanation, locale) })
})
