import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tick } from '@/lib/shop/worker'
import { signedNotification } from '../messages'
import { openWorld, type World } from '../world'

/** So many signed messages are processed at the same time. */
const AT_ONCE = 128

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

/** WeChat's answers are held until this is called. */
function holdWeChat() {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let asked = 0
  world.wire.beforeRequest = (path) => {
    if (!path.endsWith('/orderquery')) return Promise.resolve()
    asked += 1
    return held
  }
  return { letGo, asked: () => asked }
}

async function paidOrder() {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  await world.runtime.emulator?.runDue()
  const trade = (await world.weChat()).orders.find((it) => it.out_trade_no === payment.outTradeNo)
  const amount = String(payment.amountFen)
  const money = { transaction_id: String(trade?.transaction_id), total_fee: amount, cash_fee: amount }
  /** WeChat's message, and others that say the same in other words. */
  const bodyOf = (nonce: number) => signedNotification(payment.outTradeNo, { ...money, nonce_str: `nonce${nonce}` })
  return { order, body: bodyOf(0), bodyOf }
}

const send = (body: string) => world.fetch('/api/wechat/notify', { method: 'POST', body })
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

test('what cannot begin in time is told to come again, is in the log, and is processed nevertheless', async () => {
  const { order, bodyOf } = await paidOrder()
  const weChat = holdWeChat()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const many = Array.from({ length: AT_ONCE + 10 }, (_, n) => send(bodyOf(n)))
  await until(() => weChat.asked() === AT_ONCE)
  await vi.advanceTimersByTimeAsync(1_500)
  const late = await Promise.all(many.slice(AT_ONCE).map(async (it) => (await it).text()))
  expect(late.filter((text) => text.includes('FAIL'))).toHaveLength(10)
  expect(await world.log()).toHaveLength(AT_ONCE + 10)

  weChat.letGo()
  const answers = await Promise.all(many.slice(0, AT_ONCE).map(async (it) => (await it).text()))
  expect(answers.filter((text) => text.includes('SUCCESS'))).toHaveLength(AT_ONCE)
  await until(() => world.shop.processing.ids.size === 0)
  const verdicts = await world.verdicts()
  expect([verdicts.filter((it) => it === 'applied').length, verdicts.filter((it) => it === 'already').length]).toEqual([
    1,
    AT_ONCE + 9,
  ])
  expect(await world.statusOf(order)).toBe('paid')
})

test('while signed messages wait, forged ones are neither read nor kept, and are sent away in the end', async () => {
  const { bodyOf } = await paidOrder()
  const weChat = holdWeChat()
  const many = Array.from({ length: AT_ONCE + 1 }, (_, n) => send(bodyOf(n)))
  await until(() => weChat.asked() === AT_ONCE)
  while ((await world.log()).length < AT_ONCE + 1) await new Promise((resolve) => setImmediate(resolve))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const forged = send('<xml><a>forged</a></xml>')
  await vi.advanceTimersByTimeAsync(3_000)
  const answer = await forged
  expect([answer.status, answer.headers.get('connection'), ((await answer.json()) as { code: string }).code]).toEqual([
    503,
    'close',
    'busy',
  ])
  expect(await world.log()).toHaveLength(AT_ONCE + 1)
  expect(world.shop.processing.refused).toBe(1)
  vi.useRealTimers()
  weChat.letGo()
  await Promise.all(many)
  await until(() => world.shop.processing.ids.size === 0)
  expect((await send('<xml><a>forged</a></xml>')).status).toBe(200)
})

test('a forged message waits behind no other address, but behind every signed one', async () => {
  const { order, body } = await paidOrder()
  const forgeries = Array.from({ length: 200 }, (_, at) => send(`<xml><a>${at}</a></xml>`))
  const genuine = send(body)
  const first = await Promise.race([genuine.then(() => 'genuine'), forgeries.at(-1)?.then(() => 'forged')])
  expect(first).toBe('genuine')
  expect(await (await genuine).text()).toContain('SUCCESS')
  expect(await world.statusOf(order)).toBe('paid')
  expect((await Promise.all(forgeries)).filter(({ status }) => status === 200)).toHaveLength(200)
  expect(await world.log()).toHaveLength(201)
})

test('a message of WeChat that somebody sends again and again, each time with other white space, stays twenty entries', async () => {
  const { order, body } = await paidOrder()
  for (let n = 0; n < 30; n += 1) {
    const spaced = body.replace('<xml>', `<xml>${' '.repeat(n)}`)
    expect(await (await send(spaced)).text()).toContain('SUCCESS')
  }
  expect(await world.statusOf(order)).toBe('paid')
  const log = await world.log()
  const applied = log.filter(({ result }) => result?.verdict === 'applied')
  const repeats = log.filter(({ result }) => result?.verdict === 'already')
  expect([applied.length, repeats.length]).toEqual([1, 20])
  expect(repeats.reduce((sum, { times }) => sum + times, 0)).toBe(29)
})

test('the worker leaves alone what is being processed', async () => {
  const { order, body } = await paidOrder()
  const weChat = holdWeChat()
  const answer = send(body)
  await until(() => weChat.asked() === 1)
  world.sleep(60_000)
  const ticked = tick(world.shop)
  // The payment's own scheduled check, and nothing for the message.
  await until(() => weChat.asked() === 2)
  weChat.letGo()
  await ticked
  expect(await (await answer).text()).toContain('SUCCESS')
  expect(await world.statusOf(order)).toBe('paid')
})
