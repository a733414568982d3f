import { isLocale, LOCALE_COOKIE } from '@/lib/i18n/locale'
import { readForm } from '@/lib/web/body'
import { writeAnyCookie } from '@/lib/web/cookie'
import { backPath, formerPath, redirect } from '@/lib/web/redirect'
import { formRoute } from '../route-handler'

const AGE_SECONDS = 365 * 24 * 3600

/** Remembers the language that somebody chose, and goes back to where it was chosen. */
export const POST = formRoute(async ({ request, runtime }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const back = backPath(form.value.get('back'), formerPath(request, '/'))
  const locale = form.value.get('locale')
  if (!isLocale(locale)) return redirect(back)
  return redirect(back, [writeAnyCookie(LOCALE_COOKIE, locale, AGE_SECONDS, runtime.config.publicUrl)])
})
