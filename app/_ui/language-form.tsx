import { getLocale, getTranslations } from 'next-intl/server'

/** Changes the language of all pages, and stays on this one. */
export async function LanguageForm() {
  const t = await getTranslations('nav')
  const other = (await getLocale()) === 'zh' ? 'en' : 'zh-CN'
  return (
    <form method="post" action="/api/locale">
      <input type="hidden" name="locale" value={other.slice(0, 2)} />
      <button
        type="submit"
        lang={other}
        aria-label={t('languageLabel')}
        className="min-h-11 min-w-11 cursor-pointer rounded-full px-2 whitespace-nowrap sm:px-3 text-sm text-faded hover:bg-mist hover:text-ink"
      >
        {t('language')}
      </button>
    </form>
  )
}
