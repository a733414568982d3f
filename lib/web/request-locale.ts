import { LOCALE_COOKIE, type Locale, pickLocale } from '@/lib/i18n/locale'
import { readAnyCookie } from './cookie'

/** The language of a request, at a route handler or before one. */
export function requestLocale(request: { headers: Pick<Headers, 'get'> }): Locale {
  return pickLocale(readAnyCookie(request, LOCALE_COOKIE), request.headers.get('accept-language'))
}
