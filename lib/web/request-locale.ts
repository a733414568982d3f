import { LOCALE_COOKIE, type Locale, pickLocale } from '@/lib/i18n/locale'
import { readAnyCookie } from './cookie'

/** The language of a request at a route handler. */
export function requestLocale(request: Request): Locale {
  return pickLocale(readAnyCookie(request, LOCALE_COOKIE), request.headers.get('accept-language'))
}
