import type { Team } from '@/db/open'
import type { Role } from '@/lib/shop/audit'
import type { Shop } from '@/lib/shop/shop'
import { isStoreUnavailable } from '@/lib/shop/store'
import { type Auth, IDLE_MS_MAX } from './auth'

/** What is needed to find out who somebody is. */
type Accounts = { auth: Auth; database: { team: Team }; shop: Pick<Shop, 'log'> }

export type Admin = { id: string; email: string; role: Role; sessionId: string }

/** The pages for admins, and where they are. Signing in leads to one of them, and nowhere else. */
export const ADMIN_PAGES = {
  overview: '/admin',
  orders: '/admin/orders',
  refunds: '/admin/refunds',
  money: '/admin/money',
  bills: '/admin/bills',
  goods: '/admin/goods',
  notifications: '/admin/notifications',
  calls: '/admin/calls',
  signature: '/admin/signature',
  audit: '/admin/audit',
  team: '/admin/team',
  account: '/admin/account',
} as const

export type AdminPage = keyof typeof ADMIN_PAGES

/** A page by its name in an address; whatever is no such name is the overview. */
export function readAdminPage(name: string | null | undefined): AdminPage {
  return name != null && Object.hasOwn(ADMIN_PAGES, name) ? (name as AdminPage) : 'overview'
}

/** The use of a session is written down once in so long, and not with each request. */
const TOUCH_EVERY_MS = 60_000

/** Whose session a request belongs to. The role is read anew each time, so that a change of it counts at once. */
export async function findAdmin({ auth, database, shop }: Accounts, requestHeaders: Headers): Promise<Admin | null> {
  const found = await auth.api.getSession({ headers: requestHeaders })
  if (found === null) return null
  const { user, session } = found
  const now = Date.now()
  const idleMs = now - session.updatedAt.getTime()
  if (!isCurrent(idleMs)) {
    notAwaited(shop, database.team.endSessions(user.id, { only: session.id }))
    return null
  }
  if (idleMs > TOUCH_EVERY_MS) notAwaited(shop, database.team.touchSession(session.id, now))
  const role = user.role === 'operator' ? 'operator' : 'viewer'
  return { id: user.id, email: user.email, role, sessionId: session.id }
}

/** Also over is what a clock wrote down that was ahead: it would last longer by as much. */
function isCurrent(idleMs: number): boolean {
  return idleMs <= IDLE_MS_MAX && idleMs >= -IDLE_MS_MAX
}

/** What a page does not wait for: while the store cannot write, pages can still be read. */
function notAwaited({ log }: Pick<Shop, 'log'>, work: Promise<unknown>): void {
  work.catch((error) => {
    if (!isStoreUnavailable(error)) log.error('session_not_written', error)
  })
}

/** Whether a session still counts, for who stays connected; unlike a visit, asking does not make it last longer. */
export async function isStillAdmin({ auth }: Accounts, requestHeaders: Headers): Promise<boolean> {
  const found = await auth.api.getSession({ headers: requestHeaders })
  return found !== null && isCurrent(Date.now() - found.session.updatedAt.getTime())
}
