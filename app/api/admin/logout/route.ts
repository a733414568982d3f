import { redirect } from '@/lib/http'
import { adminDoor } from '../door'

/** Ends the session in the store, so that a copy of its cookie is worth nothing. */
export const POST = adminDoor(async ({ request, runtime: { auth } }) => {
  const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true })
  return redirect('/admin/login', headers.getSetCookie())
})
