import { z } from 'zod'
import { readForm } from '@/lib/web/body'
import { BUYER_AGE_SECONDS, BUYER_COOKIE, buyerCookieOf } from '@/lib/web/buyer'
import { CART_AGE_SECONDS, CART_COOKIE, changeCart, readCart, writeCart } from '@/lib/web/cart'
import { readCookie, writeCookie } from '@/lib/web/cookie'
import type { ProblemCode } from '@/lib/web/problem'
import { backPath, goOn, withoutNews, withProblem } from '@/lib/web/redirect'
import { formRoute } from '../route-handler'

const change = z.object({
  action: z.enum(['add', 'set', 'remove']),
  productId: z.string().regex(/^[a-z0-9-]{1,32}$/),
  quantity: z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .default(1),
  /** A press on plus or minus beside the quantity. */
  step: z.enum(['-1', '1']).transform(Number).optional(),
})

/** Changes what this browser has in its cart, or says beside the line why it did not. */
export const POST = formRoute(async ({ request, runtime: { shop, config } }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const back = withoutNews(backPath(form.value.get('back'), '/cart'))
  const asked = change.safeParse(Object.fromEntries(form.value))
  const refuse = (code: ProblemCode) =>
    goOn(request, withProblem(back, code, { product: (form.value.get('productId') ?? '').slice(0, 32) }))
  if (!asked.success) {
    const isQuantity = asked.error.issues.every(({ path }) => path[0] === 'quantity')
    return isQuantity ? refuse('invalid_quantity') : goOn(request, withProblem(back, 'invalid_body'))
  }
  const { action, productId, quantity, step = 0 } = asked.data
  if (action === 'add' && quantity < 1) return refuse('invalid_quantity')

  const [product] = await shop.store.listProductsById([productId])
  if (product === undefined && action !== 'remove') return refuse('unknown_product')
  if (product?.isOnSale === false && action === 'add') return refuse('not_on_sale')
  const cart = readCart(readCookie(request, CART_COOKIE, config.publicUrl))
  const next = { add: (before: number) => before + quantity, set: () => quantity + step, remove: () => 0 }[action]
  const changed = changeCart(cart, { productId, seenFen: seenFen(form.value) ?? product?.priceFen ?? null }, next)
  if (!changed.ok) return refuse(changed.reason)
  const isSaid = action === 'add' && form.value.has('back')
  return goOn(request, isSaid ? withAdded(back, productId) : back, [
    writeCookie(CART_COOKIE, writeCart(changed.cart), CART_AGE_SECONDS, config.publicUrl),
    writeCookie(BUYER_COOKIE, buyerCookieOf(request, config.publicUrl), BUYER_AGE_SECONDS, config.publicUrl),
  ])
})

/** The page that the form stood on, which says that it is in the cart now. */
function withAdded(page: string, productId: string): string {
  const [path, search] = page.split('?')
  const query = new URLSearchParams(search)
  query.set('added', productId)
  return `${path}?${query}`
}

/** The price that stood on the page with the form. The shopper may change it, and then misleads themselves alone. */
function seenFen(form: URLSearchParams): number | null {
  const text = form.get('seenFen') ?? ''
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null
}
