import { type Context, Hono } from 'hono'
import { readBytes } from '@/lib/net/read-bytes'
import type { Access, AccessRefusal } from './access'
import { createAuthorizationRoutes } from './authorization-routes'
import { ownerOf } from './caller'
import { takeCall } from './calls'
import { createControl } from './control'
import type { Deliveries } from './delivery/deliveries'
import { writeExplanation } from './explanation'
import type { Changes } from './inspector/changes'
import { showNoAddress } from './inspector/no-address-page'
import { createInspector } from './inspector/routes'
import { API_VERSIONS, type ApiVersion } from './ledger/schema'
import { createPhone } from './phone/routes'
import type { CallAnswer } from './protocol'
import type { Env } from './show-page'
import { NoAnswer, type WeChat } from './wechat'

/** Most bytes of any request. */
const BODY_BYTES_MAX = 64 * 1024

type Parts = { wechat: WeChat; deliveries: Deliveries; changes: Changes; access: Access }

/** What a visitor reads who is not let in. It is answered as if there were nothing else. */
const REFUSALS: Record<AccessRefusal, [status: 403 | 404, text: string]> = {
  other_machine: [404, 'This emulator answers its own machine only, unless it is started with EMULATOR_OPEN=1.'],
  unknown_host: [404, 'This emulator does not know the name it was called by. EMULATOR_HOSTS tells it further names.'],
  foreign_page: [403, 'Pages of other sites cannot use the controls.'],
}

/** All addresses of the emulator. */
export function createRoutes(parts: Parts, base: string, onError: (error: unknown) => void): Hono<Env> {
  const { wechat, deliveries, changes, access } = parts
  const app = new Hono<Env>({ strict: false }).basePath(base === '' ? '/' : base)

  app.use(async (c, next) => {
    const path = new URL(c.req.url).pathname.slice(base.length)
    const refusal = access.findRefusal(c.req.raw, path, c.env.remoteAddress)
    if (refusal !== null) {
      const [status, text] = REFUSALS[refusal]
      return c.text(text, status, { 'x-content-type-options': 'nosniff' })
    }
    const bytes = await readBytes(c.req.raw.body, BODY_BYTES_MAX)
    if (bytes === null) return c.text('too large', 413, { connection: 'close' })
    c.set('bytes', bytes)
    wechat.ledger.makeRoom()
    return next()
  })
  app.onError((error, c) => {
    if (error instanceof NoAnswer) throw error
    onError(error)
    return c.text('internal error', 500)
  })
  app.notFound((c) => showNoAddress(wechat, c, base))

  for (const version of API_VERSIONS) {
    for (const path of wechat.protocols[version].paths) {
      app.all(path, async (c) => {
        try {
          return await answerApi(parts, c, version, base)
        } catch (error) {
          if (error instanceof NoAnswer) throw error
          onError(error)
          return toResponse(wechat.protocols[version].internalError)
        }
      })
    }
  }
  app.route('/_control', createControl(wechat, deliveries, changes))
  app.route('/', createInspector(wechat, deliveries, access, base))
  app.route('/', createPhone(wechat, deliveries, base))
  app.route('/', createAuthorizationRoutes(wechat, access, base))
  return app
}

/** One call to WeChat Pay. Throws `NoAnswer` when a fault keeps the answer back. */
async function answerApi(
  { wechat, deliveries, access }: Parts,
  c: Context<Env>,
  version: ApiVersion,
  base: string,
): Promise<Response> {
  const { method, headers } = c.req.raw
  const { pathname, search } = new URL(c.req.url)
  const where = { path: pathname.slice(base.length), search, target: pathname + search }
  const certificate = ownerOf(c.env.clientCertificate, wechat)
  const call = { method, ...where, headers, bytes: c.var.bytes, certificate, baseUrl: access.addressOf(c.req.raw) }
  await wechat.protocols[version].prepare(call, wechat)
  const taken = takeCall(wechat, version, call)
  if (taken.notified !== null) await deliveries.runDueOf(taken.notified)
  if (taken.isRefund) deliveries.wake()
  if (taken.latencyMs > 0) await wechat.sleep(taken.latencyMs)
  if (taken.answer === null) throw new NoAnswer('the emulator gives no answer, as its faults say')
  return toResponse(taken.answer)
}

/** Why a call was refused, or what is doubtful about it, stands beside WeChat's answer and never in it. */
function toResponse({ status, contentType, headers: further, body, bytes, ...answer }: CallAnswer): Response {
  const explained = writeExplanation(answer.explanation, answer.warnings)
  const headers = new Headers(further)
  if (contentType !== null) headers.set('content-type', contentType)
  if (explained !== null) headers.set('x-emulator-explain', explained)
  const sent = bytes === undefined ? body : new Uint8Array(bytes)
  return new Response(contentType === null ? null : sent, { status, headers })
}
