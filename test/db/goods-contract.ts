import { expect, test } from 'vitest'
import type { NewAuditEntry } from '@/lib/shop/audit'
import { UNPAID_ORDERS_MAX } from '@/lib/shop/limits'
import { fen } from '@/lib/shop/money'
import type { Store } from '@/lib/shop/store'
import {
  closedChange,
  created,
  MINUTE,
  NOW,
  paidChange,
  sampleAudit,
  sampleOrder,
  samplePayment,
  sampleProduct,
  sampleTransaction,
} from './samples'

const ANY = { action: null, email: null, orderId: null }
const entry: NewAuditEntry = sampleAudit({ action: 'goods_changed', orderId: null, detail: { product: 'tea' } })

/** What every store has to hold about goods, and about what unpaid orders keep of them. */
export function goodsContract(store: () => Store): void {
  const goodsOf = async (id: string) => {
    const goods = await store().findGoods(id)
    if (goods === null) throw new Error(`no ${id}`)
    return goods
  }
  const insert = (order: ReturnType<typeof sampleOrder>, buyer: string | null, address: string | null = null) =>
    store().insertOrder(order, created(order), null, { buyer, address })

  test('goods are told with what became of their pieces', async () => {
    const [unpaid, paid, closed] = [sampleOrder('tea', 1), sampleOrder('tea', 2), sampleOrder('tea', 1)]
    for (const order of [unpaid, paid, closed]) await insert(order, null)
    const payment = samplePayment(paid)
    await store().insertPayment(payment)
    await store().commit(paidChange(paid, payment, sampleTransaction(payment)))
    await store().commit(closedChange(closed, null))
    const tea = { id: 'tea', stock: 2, reserved: 1, sold: 2, isOnSale: true, version: 1 }
    expect(await store().listGoods()).toMatchObject([tea, { id: 'pot', stock: 1, reserved: 0, sold: 0 }])
    expect(await goodsOf('tea')).toMatchObject(tea)
    expect(await store().findGoods('none')).toBeNull()
  })

  test('what is off sale leaves the window, and can still be found', async () => {
    const pot = await goodsOf('pot')
    expect(await store().replaceGoods(pot, { ...pot, isOnSale: false }, entry)).toBe(true)
    expect((await store().listProducts()).map(({ id }) => id)).toEqual(['tea'])
    expect((await store().findProduct('pot'))?.isOnSale).toBe(false)
    expect((await store().listProductsById(['pot']))[0]?.isOnSale).toBe(false)
    expect((await store().listGoods()).map(({ isOnSale }) => isOnSale)).toEqual([true, false])
  })

  test('a change of goods is written with its entry, and counted as restocked', async () => {
    const tea = await goodsOf('tea')
    const after = { ...tea, priceFen: fen(1_250), stock: 12 }
    expect(await store().replaceGoods(tea, after, entry)).toBe(true)
    expect(await goodsOf('tea')).toEqual({ ...after, version: 2 })
    const [written] = await store().listAudit({ filter: ANY, before: null, limit: 5 })
    expect(written).toMatchObject({ action: 'goods_changed', detail: { product: 'tea' } })
  })

  test('of two operators who saw the same goods, one changes them', async () => {
    const tea = await goodsOf('tea')
    const changes = [fen(1_100), fen(1_200)].map((priceFen) => store().replaceGoods(tea, { ...tea, priceFen }, entry))
    expect((await Promise.all(changes)).sort()).toEqual([false, true])
    expect(await store().listAudit({ filter: ANY, before: null, limit: 5 })).toHaveLength(1)
  })

  test('a stock that was sold from meanwhile is not written over, and a price is', async () => {
    const tea = await goodsOf('tea')
    await insert(sampleOrder('tea', 1), null)
    expect(await store().replaceGoods(tea, { ...tea, stock: 9 }, entry)).toBe(false)
    expect(await store().replaceGoods(tea, { ...tea, priceFen: fen(900) }, entry)).toBe(true)
    expect(await goodsOf('tea')).toMatchObject({ stock: 4, priceFen: 900, sold: 0, reserved: 1 })
  })

  test('a price list that is applied brings new goods, changes what is there but its stock, and ends other offers', async () => {
    await insert(sampleOrder('tea', 1), null)
    const tea = { ...sampleProduct('tea', 99), slug: 'pot', image: '/new.svg', priceFen: fen(2_000) }
    const cup = { ...sampleProduct('cup', 3), slug: 'tea' }
    expect(await store().applyList([cup, tea], await store().listGoods(), entry)).toBe(true)
    expect(await store().listProducts()).toEqual([cup, { ...tea, stock: 4 }])
    expect((await store().listGoods()).map(({ id, isOnSale, version }) => [id, isOnSale, version])).toEqual([
      ['cup', true, 1],
      ['tea', true, 2],
      ['pot', false, 2],
    ])
    expect((await store().listAudit({ filter: ANY, before: null, limit: 5 })).length).toBe(1)
  })

  test('a price list is not applied to goods that somebody changed meanwhile', async () => {
    const before = await store().listGoods()
    const tea = await goodsOf('tea')
    await store().replaceGoods(tea, { ...tea, priceFen: fen(1_100) }, entry)
    expect(await store().applyList([sampleProduct('tea', 5)], before, entry)).toBe(false)
    expect(await store().listGoods()).toMatchObject([
      { priceFen: 1_100, slug: 'tea' },
      { isOnSale: true, slug: 'pot' },
    ])
  })

  test('what a buyer’s unpaid orders keep counts for their next one, until they are paid or closed', async () => {
    const [first, second] = [sampleOrder('tea', 3), sampleOrder('tea', 1)]
    expect(await insert(first, 'b')).toEqual({ ok: true })
    expect(await insert(second, 'b')).toEqual({ ok: false, reason: 'share_exceeded', productId: 'tea' })
    expect(await insert(sampleOrder('tea', 1), 'another')).toEqual({ ok: true })
    await store().commit(closedChange(first, null))
    expect(await insert(second, 'b')).toEqual({ ok: true })
  })

  test('an address counts for all who come from there', async () => {
    expect(await insert(sampleOrder('tea', 3), 'b', 'here')).toEqual({ ok: true })
    expect(await insert(sampleOrder('tea', 1), 'c', 'here')).toEqual({ ok: true })
    expect(await insert(sampleOrder('tea', 1), 'd', 'here')).toMatchObject({ reason: 'share_exceeded' })
    expect(await insert(sampleOrder('tea', 1), 'd', 'there')).toEqual({ ok: true })
  })

  test('a buyer with very many unpaid orders gets no more, however many they ask for at once', async () => {
    const tea = await goodsOf('tea')
    await store().replaceGoods(tea, { ...tea, stock: 100 }, entry)
    const wishes = Array.from({ length: UNPAID_ORDERS_MAX.buyer + 3 }, () => insert(sampleOrder('tea', 1), 'b'))
    const answers = await Promise.all(wishes)
    expect(answers.filter(({ ok }) => ok)).toHaveLength(UNPAID_ORDERS_MAX.buyer)
    expect(answers.at(-1)).toEqual({ ok: false, reason: 'too_many_unpaid_orders', productId: null })
    expect(await goodsOf('tea')).toMatchObject({ stock: 95, reserved: 5 })
  })

  test('an order keeps its stock for a short time, and from its first payment on as long as it can be paid', async () => {
    const [held, begun] = [1, 2].map(() => sampleOrder('tea', 1, { heldUntil: NOW + MINUTE })) as Pair
    for (const order of [held, begun]) await insert(order, null)
    await store().insertPayment(samplePayment(begun))
    expect((await store().findOrder(begun.id))?.order.heldUntil).toBeNull()
    expect(await store().listExpiredOrders(NOW + MINUTE - 1, 10)).toEqual([])
    expect(await store().listExpiredOrders(NOW + MINUTE, 10)).toEqual([held])
  })
}

type Pair = [ReturnType<typeof sampleOrder>, ReturnType<typeof sampleOrder>]
