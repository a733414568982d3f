import { confirmSignIn } from '@/lib/admin/sign-in'
import { readForm } from '@/lib/web/body'
import { remoteAddress } from '@/lib/web/origin'
import { formRoute } from '../../../route-handler'
import { answerSignIn } from '../answer'

const CODE_LENGTH_MAX = 64

/** The second step of signing in, for who knows the password: a code of the other device, or one that was written down. */
export const POST = formRoute(async ({ request, runtime }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const code = (form.value.get('code') ?? '').slice(0, CODE_LENGTH_MAX)
  const address = remoteAddress(request, runtime.config.trustedProxies)
  const result = await confirmSignIn(runtime, code, { request, address })
  return answerSignIn(runtime, { page: form.value.get('page'), address, step: 'code' }, result)
})
