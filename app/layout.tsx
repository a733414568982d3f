import type { Metadata, Viewport } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { getConfig } from '@/lib/runtime'
import { openGraphOf } from './_ui/open-graph'
import { SendingForms } from './_ui/sending-forms'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('brand')
  return {
    metadataBase: (await getConfig()).publicUrl,
    title: { default: t('name'), template: `%s · ${t('name')}` },
    description: t('description'),
    openGraph: openGraphOf({ siteName: t('name'), locale: await getLocale() }),
  }
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f4ec' },
    { media: '(prefers-color-scheme: dark)', color: '#121a17' },
  ],
}

/** The frame of every page. All of them are rendered per request: language, cart and orders belong to the visitor. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale()
  return (
    // With this word Next.js jumps to the top of a new page; scrolling there smoothly stops short of its header.
    <html lang={locale === 'zh' ? 'zh-CN' : 'en'} data-scroll-behavior="smooth">
      <body className="flex min-h-dvh flex-col">
        {children}
        <SendingForms />
      </body>
    </html>
  )
}
