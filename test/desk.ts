import type { Order } from '@/lib/shop/order'
import type { Refund } from '@/lib/shop/refund'
import { requestRefund } from '@/lib/shop/refunds'
import { openVisitor, placeOf } from './visitor'
import { PUBLIC_URL, type World } from './world'

const PASSWORD = 'a long pass phrase'

/** What an order of three lines costs. */
export const ALL = 2 * 6800 + 5800 + 6600
const THREE = [
  { productId: 'tea-longjing', quantity: 2 },
  { productId: 'tea-qimen', quantity: 1 },
  { productId: 'ware-pitcher', quantity: 1 },
]

export type Fields = [string, string][]

export const whole = (amountFen = ALL): Fields => [
  ['amountFen', String(amountFen)],
  ['reason', 'the order was too large'],
]

/** The word for why a form was refused, from where its answer leads to. */
export const problemOf = (answer: Response) => new URL(placeOf(answer), PUBLIC_URL).searchParams.get('problem')

/** The desk of an operator who refunds, and what stands in the books afterwards. */
export async function openDesk(world: World) {
  const signIn = async (role: 'operator' | 'viewer') => {
    const { auth, database } = world.runtime
    const passwordHash = await (await auth.$context).password.hash(PASSWORD)
    const email = `${role}@example.com`
    await database.team.add({ email, role, passwordHash, at: world.now() })
    const visitor = openVisitor(world)
    await visitor.submit('/api/admin/login', { email, password: PASSWORD })
    return visitor
  }
  const admin = await signIn('operator')
  const refundsOf = (order: Order) => world.shop.store.listRefundsOf(order.id)
  const only = async (order: Order): Promise<Refund> => {
    const [first, ...more] = await refundsOf(order)
    if (first === undefined || more.length > 0) throw new Error('not exactly one refund')
    return first
  }
  return {
    admin,
    signIn,
    refundsOf,
    /** The one refund of an order. */
    only,
    paidOrder: async (items = THREE): Promise<Order> => {
      const { order, payment } = await world.order(items)
      await world.phone.pay(payment.outTradeNo)
      await world.advance(1_000)
      return order
    },
    /** Presses the button of the page that asks once more. */
    refund: (order: Order, fields: Fields) => admin.submit(`/api/admin/orders/${order.id}/refund`, fields),
    /** The buyer wants the money back. */
    ask: (order: Order, reason = 'no longer needed') => requestRefund(world.shop, order.id, { reason }),
    /** Does something about the one refund of an order. */
    act: async (order: Order, action: string, fields: Record<string, string> = {}) =>
      admin.submit(`/api/admin/refunds/${(await only(order)).outRefundNo}/${action}`, fields),
    /** How often WeChat was asked to refund. */
    refundCalls: async () => {
      const filter = { number: null, path: '/secapi/pay/refund', isFailed: false }
      return (await world.shop.store.listCalls(filter, { beforeId: null, limit: 100 })).length
    },
    /** What the record of admin actions has, newest first. */
    actions: async () => {
      const filter = { action: null, email: null, orderId: null }
      const entries = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
      return entries.map(({ action }) => action).filter((action) => action !== 'signed_in')
    },
  }
}
