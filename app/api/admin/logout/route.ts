import { accountAction } from '@/lib/shop/audit'
import { redirect } from '@/lib/web/redirect'
import { adminRoute } from '../route-handler'

/** Ends the session in the store, so that a copy of its cookie is worth nothing. */
export const POST = adminRoute(async ({ request, runtime: { auth, shop }, actor }) => {
  const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true })
  await shop.store.insertAudit(accountAction('signed_out', actor, shop.now()))
  return redirect('/admin/login', headers.getSetCookie())
})
