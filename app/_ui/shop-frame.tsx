import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { getConfig } from '@/lib/runtime'
import { DemoBar } from './demo-bar'
import { SiteHeader } from './site-header'

/** Header and footer around every page that shoppers see. */
export async function ShopFrame({ children }: { children: ReactNode }) {
  const t = await getTranslations('nav')
  const isDemo = (await getConfig()).payments === 'emulator'
  return (
    <>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:bg-card focus:p-3">
        {t('skip')}
      </a>
      <DemoBar />
      <SiteHeader />
      <main id="content" className="flex-1">
        {children}
      </main>
      <footer className="mt-16 border-t border-line">
        <div className="mx-auto flex max-w-6xl flex-wrap justify-between gap-2 px-4 py-8 text-sm text-faded sm:px-6">
          <p>
            {isDemo && t('footer')} {t('docs')}
          </p>
          <Link href="/help" className="-my-3 inline-flex min-h-11 items-center underline hover:text-ink">
            {t('help')}
          </Link>
        </div>
      </footer>
    </>
  )
}
