import { createHash } from 'node:crypto'
import { type Admin, findAdmin } from '@/lib/admin/session'
import type { Actor } from '@/lib/shop/audit'
import { isForm, readForm } from '@/lib/web/body'
import { readCookie } from '@/lib/web/cookie'
import { isSameOrigin, remoteAddress } from '@/lib/web/origin'
import { readPress } from '@/lib/web/presses'
import { type ProblemCode, problem } from '@/lib/web/problem'
import { formerPath, redirect, withProblem } from '@/lib/web/redirect'
import { route, type Visit } from '../route-handler'

export type AdminVisit<P> = Visit<P> & {
  admin: Admin
  /** The admin as the record of admin actions names them. */
  actor: Actor
}
type Handle<P> = (visit: AdminVisit<P>) => Promise<Response>

/**
 * A route for whoever is signed in. What changes something has to come from the shop's own pages. A download is not known
 * by its press: fetched twice, it is made twice, while to keep it for a second press would be to keep all of it.
 */
export function adminRoute<P>(handle: Handle<P>, { isDownload = false } = {}) {
  return route<P>(async (visit) => {
    const { request, runtime } = visit
    const isChange = request.method !== 'GET' && request.method !== 'HEAD'
    if (isChange && !isSameOrigin(request, runtime.config.publicUrl)) return problem('forbidden_origin')
    const press = isChange && !isDownload ? await pressOf(request, runtime.config.publicUrl) : null
    // Asked before anything else: the first press may have ended the session that the second one came with.
    const answered = press === null ? undefined : await runtime.presses.find(press)
    if (answered !== undefined) return answered
    const admin = await findAdmin(runtime, request.headers)
    if (admin === null) return refuse(request, 'not_signed_in', '/admin/login')
    const address = remoteAddress(request, runtime.config.trustedProxies)
    const act = () => handle({ ...visit, admin, actor: { email: admin.email, role: admin.role, address } })
    return press === null ? act() : runtime.presses.once(press, act)
  })
}

/**
 * Which press of a button a form is, and in which session, since its answer is that session's own. Read from a copy: the
 * action reads the form itself.
 */
async function pressOf(request: Request, publicUrl: URL): Promise<string | null> {
  if (!isForm(request)) return null
  const form = await readForm(request.clone())
  const press = form.ok ? readPress(form.value) : null
  const session = readCookie(request, 'session', publicUrl) ?? ''
  return press && `${press} ${createHash('sha256').update(session).digest('hex')}`
}

/** A route for those who may act; viewers are told that they may not. */
export function operatorRoute<P>(handle: Handle<P>) {
  return adminRoute<P>(async (visit) => {
    if (visit.admin.role !== 'operator') return refuse(visit.request, 'not_allowed', formerPage(visit.request))
    return handle(visit)
  })
}

/** A form goes to the page that tells why; a program gets the problem itself. */
function refuse(request: Request, code: ProblemCode, page: string): Response {
  return isForm(request) ? redirect(withProblem(page, code)) : problem(code)
}

/** The admin page that a form stood on. */
function formerPage(request: Request): string {
  const page = formerPath(request, '/admin')
  return page.startsWith('/admin/') ? page : '/admin'
}
