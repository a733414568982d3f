const LOCALES = ['zh', 'en'] as const
/** The languages of the pages. */
export type Locale = (typeof LOCALES)[number]

/** The language a page is asked for: its address, else the cookie `locale`, else what the browser prefers, else Chinese. */
export function localeOf(request: Request): Locale {
  const asked = new URL(request.url).searchParams.get('lang')
  const cookie = /(?:^|;\s*)locale=([a-z]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
  return findLocale(asked) ?? findLocale(cookie) ?? preferred(request.headers.get('accept-language') ?? '') ?? 'zh'
}

export function findLocale(text: string | null | undefined): Locale | undefined {
  return LOCALES.find((locale) => text === locale)
}

function preferred(acceptLanguage: string): Locale | undefined {
  const wishes = acceptLanguage.split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const weight = Number(parameters.find((it) => it.trim().startsWith('q='))?.split('=')[1] ?? 1)
    return { locale: findLocale(tag.split('-')[0]), weight }
  })
  return wishes
    .filter((it) => it.weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .find((it) => it.locale)?.locale
}
