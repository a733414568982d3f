import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { CART_COOKIE, readCart } from '@/lib/web/cart'
import { firstOf } from '@/lib/web/list-query'
import { ButtonLink } from './button'
import { ProblemNotice } from './notice'
import { pageCookie } from './page-cookie'

/**
 * What came of the last press on "add": that it is in the cart, with the ways on, or why it is not. The element around it is
 * always there, so that what appears in it is read out.
 */
export async function CartToast({
  query,
  page,
}: {
  query: Record<string, string | string[] | undefined>
  /** The same page without this. */
  page: string
}) {
  const added = firstOf(query.added)
  const problem = firstOf(query.problem)
  const id = added ?? firstOf(query.product)
  const [product] = id === undefined ? [] : await (await getShop()).store.listProductsById([id])
  const name = product?.name[await getLocale()]
  const isShown = problem !== undefined || (added !== undefined && name !== undefined)
  return (
    <div role="status" className="fixed inset-x-0 bottom-0 z-20 sm:inset-x-auto sm:right-6 sm:bottom-6">
      {isShown && (
        <div className="flex flex-col gap-4 border border-line bg-card p-5 shadow-soft sm:max-w-sm sm:rounded-3xl">
          {problem === undefined && name !== undefined ? <Added name={name} /> : <Refused code={problem} name={name} />}
          <div className="flex flex-wrap gap-3">
            <ToCart />
            <GoOn page={page} />
          </div>
        </div>
      )}
    </div>
  )
}

async function Added({ name }: { name: string }) {
  const t = await getTranslations('cart')
  const { items } = readCart(await pageCookie(CART_COOKIE))
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  return (
    <p>
      <span className="font-medium">{t('added', { name })}</span>
      <span className="block text-sm text-faded">{t('holds', { count })}</span>
    </p>
  )
}

async function Refused({ code, name }: { code: string | undefined; name: string | undefined }) {
  const t = await getTranslations('cart')
  return <ProblemNotice code={code}>{name !== undefined && t('notAdded', { name })}</ProblemNotice>
}

async function ToCart() {
  const t = await getTranslations('cart')
  return <ButtonLink href="/cart">{t('toCheckout')}</ButtonLink>
}

async function GoOn({ page }: { page: string }) {
  const t = await getTranslations('cart')
  return (
    <Link
      href={page}
      scroll={false}
      replace
      className="inline-flex min-h-11 items-center rounded-full border border-line px-6 font-medium hover:border-jade"
    >
      {t('goOn')}
    </Link>
  )
}
