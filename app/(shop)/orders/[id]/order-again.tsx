import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { ORDER_REFUSALS } from '@/lib/shop/checkout'
import { formatClaim } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { Button } from '../../../_ui/button'
import { ProblemNotice } from '../../../_ui/notice'

/** Orders what a closed order had, at the prices of today. One order is ordered again once, however often it is pressed. */
export async function OrderAgain({ order }: { order: Order }) {
  const t = await getTranslations('order')
  const products = await (await getShop()).store.listProductsById(order.lines.map(({ productId }) => productId))
  const priceOf = (id: string) => products.find((product) => product.id === id)?.priceFen
  const todayFen = order.lines.reduce(
    (sum, { productId, priceFen, quantity }) => sum + (priceOf(productId) ?? priceFen) * quantity,
    0,
  )
  return (
    <form method="post" action="/api/orders" className="flex flex-col items-center gap-4">
      {todayFen !== order.amountFen && (
        <p className="max-w-md leading-relaxed">
          {t('otherPrice', { amount: formatClaim(todayFen, await getLocale()) })}
        </p>
      )}
      <input type="hidden" name="again" value={order.id} />
      <input type="hidden" name="amountFen" value={todayFen} />
      {order.lines.map(({ productId, quantity }) => (
        <input key={productId} type="hidden" name="item" value={`${productId}:${quantity}`} />
      ))}
      <Button>{t('orderAgain')}</Button>
    </form>
  )
}

/** Why it was not ordered again, and what was in the way; what else was refused before it closed is over. */
export async function AgainNotice({
  order,
  code,
  productId,
}: {
  order: Order
  code: string | undefined
  productId: string | undefined
}) {
  const locale = await getLocale()
  const refusal = ORDER_REFUSALS.find((it) => it === code)
  const line = order.lines.find((it) => it.productId === productId)
  return <ProblemNotice code={refusal}>{line && `${line.name[locale]}${locale === 'zh' ? '：' : ': '}`}</ProblemNotice>
}
