import { z } from 'zod'
import { signIn } from '@/lib/admin/sign-in'
import { readForm } from '@/lib/web/body'
import { remoteAddress } from '@/lib/web/origin'
import { redirect, withProblem } from '@/lib/web/redirect'
import { formRoute } from '../../route-handler'
import { answerSignIn, loginPage } from './answer'

const credentials = z.object({ email: z.email().max(254).toLowerCase(), password: z.string().min(1).max(128) })

/** Signs an admin in. What is wrong, address or password, is not said, and takes the same time. */
export const POST = formRoute(async ({ request, runtime }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const page = form.value.get('page')
  const given = credentials.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(loginPage(page), 'login_failed'))
  const address = remoteAddress(request, runtime.config.trustedProxies)
  const { email } = given.data
  return answerSignIn(runtime, { page, address, email }, await signIn(runtime, given.data, { request, address }))
})
