import { getShop } from '@/lib/runtime'
import type { RefundsOff } from '@/lib/shop/gateway'
import type { Order } from '@/lib/shop/order'

/** Why money of this number cannot be sent back: a refund keeps to the API of its payment, and each has its own settings. */
export async function whyNoRefundOf(outTradeNo: string): Promise<RefundsOff | null> {
  const { store, gateway } = await getShop()
  const payment = await store.findPayment(outTradeNo)
  return gateway.whyNoRefunds(payment?.apiVersion ?? 'v2')
}

/** The same for the payment that paid an order. */
export async function whyNoRefundOfOrder({ id }: Pick<Order, 'id'>): Promise<RefundsOff | null> {
  const { store, gateway } = await getShop()
  const found = await store.findOrder(id)
  const paid = found?.payments.find(({ status }) => status === 'paid')
  return gateway.whyNoRefunds(paid?.apiVersion ?? 'v2')
}
