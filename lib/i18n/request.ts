import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import type {} from 'use-intl'
import { LOCALE_COOKIE, pickLocale } from './locale'
import en from './messages/en.json'
import zh from './messages/zh.json'

const MESSAGES = { zh, en }

/** The language and texts of the page that is being rendered. */
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value
  const locale = pickLocale(chosen, (await headers()).get('accept-language'))
  return { locale, messages: MESSAGES[locale], timeZone: 'Asia/Shanghai' }
})

declare module 'use-intl' {
  interface AppConfig {
    Locale: 'zh' | 'en'
    Messages: typeof zh
  }
}
