import { ChevronDown, UserRound } from 'lucide-react'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { ADMIN_PAGES, type Admin, type AdminPage } from '@/lib/admin/session'
import { Button } from './button'
import { DemoBar } from './demo-bar'
import { LanguageForm } from './language-form'

const PAGES = [
  'overview',
  'orders',
  'refunds',
  'money',
  'bills',
  'goods',
  'notifications',
  'calls',
  'signature',
  'audit',
  'team',
] as const

/** Navigation around the pages of those who look after the shop; `page` is the one that is shown. */
export async function AdminFrame({
  admin,
  page,
  children,
}: {
  admin: Admin
  page?: AdminPage | undefined
  children: ReactNode
}) {
  const t = await getTranslations('admin')
  const brand = await getTranslations('brand')
  return (
    <>
      <DemoBar isSignedIn />
      <header className="bg-bar text-white">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-6">
          <Link href="/admin" prefetch={false} className="flex min-h-11 items-center gap-3 font-serif text-lg">
            <img src="/brand/logo.svg" alt="" width={30} height={30} className="rounded-full bg-paper" />
            <span>
              {brand('name')} · {t('title')}
            </span>
          </Link>
          <nav aria-label={t('navigation')} className="order-last w-full xl:order-none xl:w-auto xl:flex-1">
            <ul className="-mx-2 flex flex-wrap xl:mx-0">
              {PAGES.map((name) => (
                <li key={name}>
                  <PageLink name={name} isCurrent={name === page}>
                    {t(name)}
                  </PageLink>
                </li>
              ))}
            </ul>
          </nav>
          <AccountMenu admin={admin} isCurrent={page === 'account'} />
        </div>
      </header>
      <main className="mx-auto w-full max-w-7xl flex-1 px-4 py-8 sm:px-6">{children}</main>
      <footer className="border-t border-line">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center justify-between gap-2 px-4 py-2 text-sm text-faded sm:px-6">
          <Link href="/" prefetch={false} className="inline-flex min-h-11 items-center hover:text-ink">
            {t('toShop')}
          </Link>
          <p>{t('zone')}</p>
          <LanguageForm />
        </div>
      </footer>
    </>
  )
}

const PAGE_LINK =
  'inline-flex min-h-11 items-center rounded-full px-2 text-sm text-white/85 hover:bg-white/15 hover:text-white aria-[current]:bg-white/20 aria-[current]:text-white'

function PageLink({ name, isCurrent, children }: { name: AdminPage; isCurrent: boolean; children: ReactNode }) {
  const current = isCurrent ? 'page' : undefined
  // The ledger is always a document of its own: what strangers sent comes under its own rule.
  if (name === 'notifications') {
    return (
      <a href={ADMIN_PAGES[name]} aria-current={current} className={PAGE_LINK}>
        {children}
      </a>
    )
  }
  return (
    <Link href={ADMIN_PAGES[name]} prefetch={false} aria-current={current} className={PAGE_LINK}>
      {children}
    </Link>
  )
}

/** Who is signed in, and what they can do about it. It opens without any script. */
async function AccountMenu({ admin, isCurrent }: { admin: Admin; isCurrent: boolean }) {
  const t = await getTranslations('admin')
  return (
    <details className="group relative">
      <summary
        aria-label={`${admin.email}, ${t(admin.role)}`}
        className="flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-full px-3 hover:bg-white/15 [&::-webkit-details-marker]:hidden"
      >
        <UserRound aria-hidden className="size-5" />
        <span className="hidden max-w-36 truncate text-sm sm:inline">{admin.email}</span>
        <ChevronDown aria-hidden className="size-4 transition-transform group-open:rotate-180" />
      </summary>
      <div className="absolute right-0 z-10 mt-2 w-64 rounded-2xl border border-line bg-card p-4 text-ink shadow-soft">
        <p className="font-medium break-all">{admin.email}</p>
        <p className="text-sm text-faded">{t(admin.role)}</p>
        <Link
          href={ADMIN_PAGES.account}
          prefetch={false}
          aria-current={isCurrent ? 'page' : undefined}
          className="mt-2 flex min-h-11 items-center border-t border-line hover:text-jade"
        >
          {t('account')}
        </Link>
        <form method="post" action="/api/admin/logout" className="border-t border-line pt-3">
          <Button look="plain" wide>
            {t('logout')}
          </Button>
        </form>
      </div>
    </details>
  )
}
