import type { Shop } from '@/lib/shop/shop'

/** The page on which a form about money stood: that of its order, or the list of money. */
export async function pageOfMoney({ store }: Pick<Shop, 'store'>, id: string, form: URLSearchParams): Promise<string> {
  const money = await store.findTransactionForReview(id)
  const isFromOrder = money?.orderId != null && form.get('from') === 'order'
  return isFromOrder ? `/admin/orders/${money.orderId}` : '/admin/money'
}
