/** @jsxImportSource hono/jsx */
import { html } from 'hono/html'
import type { PropsWithChildren } from 'hono/jsx'
import type { Locale } from './locale'

/** What every page has to know: where it is mounted, its language, and the address it was asked for. */
export type View = { base: string; locale: Locale; url: URL }

const LANGUAGES: Record<Locale, { lang: string; other: { locale: Locale; name: string } }> = {
  zh: { lang: 'zh-CN', other: { locale: 'en', name: 'English' } },
  en: { lang: 'en', other: { locale: 'zh', name: '中文' } },
}

/** The same page in the other language. */
function LanguageLink({ view }: { view: View }) {
  const { other } = LANGUAGES[view.locale]
  const query = new URLSearchParams(view.url.search)
  query.set('lang', other.locale)
  return (
    <nav aria-label={other.name} lang={other.locale}>
      <a class="language" href={`?${query}`}>
        {other.name}
      </a>
    </nav>
  )
}

type PageProps = PropsWithChildren<{ view: View; title: string; css: string; js?: string }>

/** A whole document. What strangers sent stands in pages as text, and nothing but our own `js` file may run there. */
export function Page({ view, title, css, js, children }: PageProps) {
  return html`<!doctype html>
<html lang="${LANGUAGES[view.locale].lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${view.base}/${css}">
${js === undefined ? '' : html`<script src="${view.base}/${js}" defer></script>`}
</head>
<body>
${children}
${<LanguageLink view={view} />}
</body>
</html>`
}
