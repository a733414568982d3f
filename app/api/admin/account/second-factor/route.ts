import { z } from 'zod'
import { ADMIN_PAGES, type Admin } from '@/lib/admin/session'
import { nothingShown, sealShown } from '@/lib/admin/shown-once'
import { refusalOf } from '@/lib/admin/sign-in'
import type { Runtime } from '@/lib/runtime'
import { type Actor, type AdminAction, accountAction } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { adminRoute } from '../../route-handler'
import { withOwnPassword } from '../own-password'

const wish = z.discriminatedUnion('action', [
  z.object({ action: z.literal('begin'), current: z.string().min(1).max(128) }),
  z.object({ action: z.literal('confirm'), code: z.string().max(64) }),
  z.object({ action: z.literal('renew'), current: z.string().min(1).max(128) }),
  z.object({ action: z.literal('end'), current: z.string().min(1).max(128) }),
])

type Own = { request: Request; runtime: Runtime; admin: Admin; actor: Actor }

const page = ADMIN_PAGES.account

/**
 * The second step of one's own signing in: made, confirmed by a first code, its written-down codes made anew, or ended.
 * Whatever shows or ends something secret asks for the password once more.
 */
export const POST = adminRoute(async (own) => {
  const form = await readForm(own.request)
  if (!form.ok) return form.response
  const given = wish.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(page, 'invalid_body'))
  if (given.data.action === 'confirm') return confirm(own, given.data.code)
  const { action, current } = given.data
  return withOwnPassword(own.runtime, own.admin, () => ({ begin, renew, end })[action](own, current))
})

/** Makes a secret, which counts once a code of it was given. Until then it can be seen in this browser only. */
async function begin({ request, runtime, admin }: Own, password: string): Promise<Response | null> {
  const answer = await runtime.auth.api.enableTwoFactor({
    body: { password },
    headers: request.headers,
    asResponse: true,
  })
  const told: unknown = await answer.json()
  if (!answer.ok) return isWrongPassword(told) ? null : redirect(withProblem(page, 'second_factor_on'))
  const { totpURI: uri, backupCodes } = made.parse(told)
  return redirect(page, [await sealShown(runtime, admin.sessionId, { type: 'second_factor', uri, codes: backupCodes })])
}

const made = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) })

function isWrongPassword(told: unknown): boolean {
  return z.object({ code: z.literal('INVALID_PASSWORD') }).safeParse(told).success
}

/** A first right code turns it on. Sessions that began without it end, apart from this one. */
async function confirm(own: Own, text: string): Promise<Response> {
  const { request, runtime, admin } = own
  const { auth, database, signInAttempts } = runtime
  const kept = await database.team.findSecondFactor(admin.id)
  if (kept === null || kept.isConfirmed) return redirect(page)
  const attempt = signInAttempts.session(admin.sessionId)
  const refusal = await refusalOf(attempt)
  if (refusal !== null) {
    return redirect(withProblem(page, 'too_many_requests', { minutes: String(refusal.minutes) }))
  }
  const code = text.replace(/\s/g, '')
  const isFresh = /^\d{6}$/.test(code) && (await signInAttempts.isFresh(admin.id, code))
  const answer = isFresh
    ? await auth.api.verifyTOTP({ body: { code }, headers: request.headers, asResponse: true })
    : null
  if (!answer?.ok) return redirect(withProblem(page, 'wrong_code'))
  await attempt.succeed()
  await record(own, 'second_factor_on')
  const cookies = answer.headers.getSetCookie()
  const cookie = cookies.map((it) => it.split(';')[0]).join('; ')
  const begun = await auth.api.getSession({ headers: new Headers({ cookie }) })
  await database.team.endSessions(admin.id, begun === null ? 'all' : { except: begun.session.id })
  return redirect(`${page}?done=second_factor_on`, [...cookies, nothingShown(runtime)])
}

async function renew(own: Own, password: string): Promise<Response | null> {
  const { request, runtime, admin } = own
  const answer = await runtime.auth.api.generateBackupCodes({
    body: { password },
    headers: request.headers,
    asResponse: true,
  })
  if (!answer.ok) return null
  const { backupCodes: codes } = made.pick({ backupCodes: true }).parse(await answer.json())
  await record(own, 'recovery_codes_made')
  return redirect(page, [await sealShown(runtime, admin.sessionId, { type: 'recovery_codes', codes })])
}

async function end(own: Own, password: string): Promise<Response | null> {
  const { request, runtime } = own
  const answer = await runtime.auth.api.disableTwoFactor({
    body: { password },
    headers: request.headers,
    asResponse: true,
  })
  if (!answer.ok) return null
  await record(own, 'second_factor_off')
  return redirect(`${page}?done=second_factor_off`, answer.headers.getSetCookie())
}

async function record({ runtime: { shop }, actor }: Own, action: AdminAction): Promise<void> {
  await shop.store.insertAudit(accountAction(action, actor, shop.now()))
}
