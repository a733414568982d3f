const LOCALES = ['zh', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** Cookie with the language that somebody chose; the emulator and other shops on this host speak it too. */
export const LOCALE_COOKIE = 'locale'

export function isLocale(value: unknown): value is Locale {
  return LOCALES.includes(value as Locale)
}

/** A browser names a handful of languages; of a header that names thousands only the beginning is read. */
const WISHES_LENGTH_MAX = 512

/** The language for a request: what was chosen, else what the browser prefers, else Chinese. */
export function pickLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(cookie)) return cookie
  const beginning = (acceptLanguage ?? '').slice(0, WISHES_LENGTH_MAX)
  const wishes = beginning.split(',').map((part) => {
    const [tag = '', ...parameters] = part.split(';')
    const weight = parameters.map((it) => /^\s*q=([\d.]+)\s*$/.exec(it)?.[1]).find((it) => it !== undefined)
    return { language: tag.trim().toLowerCase().split('-')[0], weight: Number(weight ?? 1) }
  })
  const best = wishes
    .sort((a, b) => b.weight - a.weight)
    .find(({ language, weight }) => isLocale(language) && weight > 0)
  return isLocale(best?.language) ? best.language : 'zh'
}
