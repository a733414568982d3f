import { z } from 'zod'
import { ADMIN_PAGES, readAdminPage } from '@/lib/admin'
import { REMOTE_ADDRESS_HEADER, readForm, redirect, remoteAddress, withProblem } from '@/lib/http'
import { formDoor } from '../../door'

const credentials = z.object({ email: z.email().max(254), password: z.string().min(1).max(128) })

/** Signs an admin in. What is wrong, address or password, is not said. */
export const POST = formDoor(async ({ request, runtime: { auth, config } }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const page = readAdminPage(form.value.get('page'))
  const login = page === 'overview' ? '/admin/login' : `/admin/login?page=${page}`
  const given = credentials.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(login, 'login_failed'))

  // Through the handler and not past it, since that is where attempts are counted.
  const answer = await auth.handler(
    new Request(new URL('/api/auth/sign-in/email', config.publicUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: config.publicUrl.origin,
        [REMOTE_ADDRESS_HEADER]: remoteAddress(request, config.trustedProxies),
        'user-agent': request.headers.get('user-agent') ?? '',
      },
      body: JSON.stringify(given.data),
    }),
  )
  if (answer.status === 429) return redirect(withProblem(login, 'too_many_requests'))
  if (!answer.ok) return redirect(withProblem(login, 'login_failed'))
  return redirect(ADMIN_PAGES[page], answer.headers.getSetCookie())
})
