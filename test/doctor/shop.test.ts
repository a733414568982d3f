import { expect, onTestFinished, test } from 'vitest'
import { examine, type Report } from '@/lib/doctor/examine'
import { isLostInFloats } from '@/lib/doctor/numbers'
import type { Actor } from '@/lib/shop/audit'
import { changePrice } from '@/lib/shop/goods'
import { refundOrder } from '@/lib/shop/refunds'
import { openWorld, PUBLIC_URL, type World } from '../world'
import { openExamination } from './examine'

const PATHS = { v2: '/api/wechat/notify', v3: '/api/wechat/notify/v3' }
const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const FLOAT_FEN = 1990

/** This shop as its customers use it, and what it costs them. */
async function openShop(world: World) {
  const { shop } = world
  const goods = await shop.store.findGoods('tea-qimen')
  await changePrice(shop, 'tea-qimen', { version: goods?.version ?? 0, priceFen: FLOAT_FEN }, ADMIN)
  let newest = { id: '', path: '', headers: { authorization: '' } }
  const orders = new Map<string, typeof newest>()
  const read = (answer: Response) => answer.json() as Promise<Record<string, string>>

  async function place(totalFee: number): Promise<string> {
    const productId = isLostInFloats(totalFee) ? 'tea-qimen' : 'tea-longjing'
    const { id = '', token } = await read(await world.json('/api/orders', { items: [{ productId, quantity: 1 }] }))
    const own = { id, path: `/api/orders/${id}`, headers: { authorization: `Bearer ${token}` } }
    newest = own
    const { outTradeNo = '' } = await read(await world.json(`${own.path}/prepay`, { channel: 'native' }, own.headers))
    orders.set(outTradeNo, own)
    return outTradeNo
  }
  const orderOf = (outTradeNo: string) => {
    const order = orders.get(outTradeNo)
    if (order === undefined) throw new Error(`not placed here: ${outTradeNo}`)
    return order
  }

  return {
    fetch: world.send,
    place,
    close: async (outTradeNo: string) => {
      const { path, headers } = orderOf(outTradeNo)
      await world.json(`${path}/cancel`, {}, headers)
    },
    isPaid: async (outTradeNo: string) => {
      // When there was nothing left to pay, the answer of the prepay call named no number.
      const { path, headers } = orders.get(outTradeNo) ?? newest
      return (await read(await world.fetch(path, { headers }))).status === 'paid'
    },
    refund: async (outTradeNo: string) => {
      await world.phone.pay(outTradeNo)
      await world.advance(1_000)
      const wanted = { amountFen: 100, lines: [], returnsStock: false, reason: 'one cup came broken' }
      const result = await refundOrder(shop, orderOf(outTradeNo).id, wanted, ADMIN)
      if (!result.ok) throw new Error(result.reason)
    },
  }
}

async function examineShop(version: 'v2' | 'v3', signType: string): Promise<Report> {
  const world = await openWorld({ WXPAY_API_VERSION: version, WXPAY_SIGN_TYPE: signType })
  onTestFinished(world.close)
  const { emulator } = world.runtime
  if (emulator === null) throw new Error('this world has no WeChat')
  const shop = await openShop(world)
  await shop.refund(await shop.place(6800))
  const program = { ...shop, notifyUrl: PUBLIC_URL + PATHS[version] }
  return examine(await openExamination(program, { fetch: emulator.fetch, url: `${PUBLIC_URL}/emulator` }))
}

test.each([
  ['v2', 'MD5'],
  ['v2', 'HMAC-SHA256'],
  ['v3', 'MD5'],
] as const)('it finds nothing wrong with this shop in API %s with %s, and plays every case', async (api, signType) => {
  const report = await examineShop(api, signType)
  expect(report.results.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  expect(report.results.every((it) => it.api === api)).toBe(true)
  expect(report.weaknesses).toEqual([])
})
