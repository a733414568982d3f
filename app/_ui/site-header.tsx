import { ReceiptText, ShoppingBag } from 'lucide-react'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { CART_COOKIE, readCart } from '@/lib/web/cart'
import { LanguageForm } from './language-form'
import { pageCookie } from './page-cookie'

/** Brand, the ways through the shop, and what is in the cart. */
export async function SiteHeader() {
  const t = await getTranslations('nav')
  const brand = await getTranslations('brand')
  const { items } = readCart(await pageCookie(CART_COOKIE))
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  const item =
    'relative inline-flex min-h-11 min-w-11 items-center justify-center gap-2 rounded-full px-2 hover:bg-mist sm:px-4'
  return (
    <header className="border-b border-line bg-paper">
      <div className="mx-auto flex max-w-6xl items-center justify-between gap-2 px-4 py-3 sm:px-6">
        <Link
          href="/"
          className="flex min-h-11 items-center gap-2 font-serif text-lg whitespace-nowrap sm:gap-3 sm:text-xl"
        >
          <img src="/brand/logo.svg" alt="" width={36} height={36} />
          {brand('name')}
        </Link>
        <nav className="flex items-center sm:gap-1" aria-label={brand('name')}>
          <LanguageForm />
          <Link href="/orders" className={item}>
            <ReceiptText aria-hidden className="size-5" />
            <span className="sr-only sm:not-sr-only">{t('orders')}</span>
          </Link>
          <Link href="/cart" className={item} aria-label={t('cartCount', { count })}>
            <ShoppingBag aria-hidden className="size-5" />
            <span aria-hidden className="hidden sm:inline">
              {t('cart')}
            </span>
            {count > 0 && (
              <span
                aria-hidden
                className="absolute top-0 right-0 grid size-5 place-items-center rounded-full bg-clay text-xs text-on-pine tabular-nums sm:static sm:size-6"
              >
                {count}
              </span>
            )}
          </Link>
        </nav>
      </div>
    </header>
  )
}
