import { accountAct } from '@/lib/shop/audit'
import { redirect } from '@/lib/web/redirect'
import { adminDoor } from '../door'

/** Ends the session in the store, so that a copy of its cookie is worth nothing. */
export const POST = adminDoor(async ({ request, runtime: { auth, shop }, actor }) => {
  const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true })
  await shop.store.insertAudit(accountAct('signed_out', actor, shop.now()))
  return redirect('/admin/login', headers.getSetCookie())
})
