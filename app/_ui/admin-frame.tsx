import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Admin } from '@/lib/admin'
import { Button } from './button'
import { LanguageForm } from './language-form'

/** Navigation around the pages of those who look after the shop. */
export async function AdminFrame({ admin, children }: { admin: Admin; children: ReactNode }) {
  const t = await getTranslations('admin')
  const brand = await getTranslations('brand')
  const item = 'inline-flex min-h-11 items-center rounded-full px-3 hover:bg-white/15'
  return (
    <>
      <header className="bg-pine-deep text-white">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 px-4 py-2 sm:px-6">
          <Link href="/admin" className="flex min-h-11 items-center gap-3 font-serif text-lg">
            <img src="/brand/logo.svg" alt="" width={30} height={30} className="rounded-full bg-paper" />
            {brand('name')} · {t('title')}
          </Link>
          <nav aria-label={t('title')} className="flex flex-1 gap-1">
            <Link href="/admin/notifications" className={item}>
              {t('notifications')}
            </Link>
            <Link href="/" className={item}>
              {t('toShop')}
            </Link>
          </nav>
        </div>
      </header>
      <main className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 sm:px-6">{children}</main>
      <footer className="border-t border-line">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-2 px-4 py-4 text-sm text-faded sm:px-6">
          <p>{t('signedInAs', { email: admin.email })}</p>
          <div className="flex items-center">
            <LanguageForm />
            <form method="post" action="/api/admin/logout">
              <Button look="quiet">{t('logout')}</Button>
            </form>
          </div>
        </div>
      </footer>
    </>
  )
}
