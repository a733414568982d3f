import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { CART_COOKIE, readCart } from '@/lib/web/cart'
import { firstOf } from '@/lib/web/list-query'
import { ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { ProblemNotice } from '../../_ui/notice'
import { pageCookie } from '../../_ui/page-cookie'
import { Checkout } from './checkout'
import { CartLine, GoneLine } from './line'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('cart'))('title') }
}

export default async function CartPage({ searchParams }: PageProps<'/cart'>) {
  const t = await getTranslations('cart')
  const cart = readCart(await pageCookie(CART_COOKIE))
  const query = await searchParams
  const problem = firstOf(query.problem)
  const named = firstOf(query.product) ?? ''
  const ids = cart.items.map(({ productId }) => productId)
  const products = await (await getShop()).store.listProductsById([...ids, named])
  const productOf = (id: string) => products.find((product) => product.id === id) ?? null
  const lines = cart.items.map((item) => ({ item, product: productOf(item.productId) }))
  // A refusal that is about one line is said there; one about a product that did not get in names it.
  const refused = ids.find((id) => id === named)
  const left = refused === undefined ? productOf(named) : null
  return (
    <div className="mx-auto max-w-3xl px-4 pt-10 sm:px-6">
      <h1 className="mb-6 text-3xl">{t('title')}</h1>
      {refused === undefined && (
        <ProblemNotice code={problem}>
          {left !== null && t('notAdded', { name: left.name[await getLocale()] })}
        </ProblemNotice>
      )}
      {lines.length === 0 ? (
        <EmptyState title={t('empty')} hint={t('emptyHint')}>
          <ButtonLink href="/">{t('toShop')}</ButtonLink>
        </EmptyState>
      ) : (
        <>
          <ul className="mt-4 divide-y divide-line">
            {lines.map(({ item, product }) => (
              <li key={item.productId} className="py-6">
                {item.productId === refused && (
                  <div className="mb-4">
                    <ProblemNotice code={problem} />
                  </div>
                )}
                {product === null ? <GoneLine item={item} /> : <CartLine item={item} product={product} />}
              </li>
            ))}
          </ul>
          <Checkout
            cartKey={cart.key}
            lines={lines}
            isAboutContact={/^invalid_(email|phone|address|order_note)$/.test(problem ?? '')}
          />
        </>
      )}
    </div>
  )
}
