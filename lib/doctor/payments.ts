import { type Api, DoctorError, type OrderFaults, type Payment, type Refund, type State } from './control'
import type { Examination } from './examination'
import { FLOAT_FEN, isLostInFloats, otherAmount, PLAIN_FEN } from './numbers'

/** A payment to play a case on, or why there is none. */
export type Taken = { ok: true; payment: Payment } | { ok: false; why: string }

export type Payments = ReturnType<typeof createPayments>

const NONE_LEFT = 'no open payment is left; place more orders, or name --make-order'
const HELD = { lose: { probability: 1 } }

/** The payments of the program under test, each used for one thing only. */
export function createPayments({ control, notifyUrl, makeOrder, closeOrder, readStatus }: Examination) {
  const used = new Set<string>()
  const looked = new Set<string>()
  let taken = 0
  const held: OrderFaults = {}
  const path = new URL(notifyUrl).pathname

  const isOfProgram = (it: Payment) => URL.parse(it.notifyUrl)?.pathname === path
  const isOurs = (it: Payment, api: Api) =>
    it.api === api && !it.isSandbox && isOfProgram(it) && !used.has(it.outTradeNo)
  const isOpen = (it: Payment, { now }: State) => it.state === 'NOTPAY' && (it.expiresAt === null || it.expiresAt > now)

  /** What the program takes for paid already, as after an examination that found something, is no use any more. */
  async function listOpen(api: Api): Promise<Payment[]> {
    const state = await control.readState()
    const open = state.orders.filter((it) => isOurs(it, api) && isOpen(it, state))
    const fresh: Payment[] = []
    for (const it of open) {
      if (readStatus === null || looked.has(it.outTradeNo) || !(await readStatus(it.outTradeNo))) fresh.push(it)
      else {
        used.add(it.outTradeNo)
        taken += 1
      }
      looked.add(it.outTradeNo)
    }
    if (open.length > 1 && fresh.length === 0 && looked.size === open.length) {
      const [first] = open
      throw new DoctorError(`The status URL says that ${first?.outTradeNo} is paid, and so are all: check --paid-json.`)
    }
    return fresh
  }

  async function make(api: Api, totalFee: number, { mayFail = false } = {}): Promise<Payment | null> {
    if (makeOrder === null) return null
    const known = new Set((await control.readState()).orders.map((it) => it.outTradeNo))
    await makeOrder(totalFee).catch((error: unknown) => {
      if (!mayFail) throw error
    })
    const { orders } = await control.readState()
    const made = orders.filter((it) => !known.has(it.outTradeNo))
    if (made.length === 0) {
      throw new DoctorError('--make-order was done, and the emulator got no new order: does the program use it?')
    }
    const own = made.find((it) => isOurs(it, api))
    if (own !== undefined) return own
    const [first] = made
    throw new DoctorError(`--make-order placed an order whose notify_url is ${first?.notifyUrl}, not ${notifyUrl}.`)
  }

  const setFaults = (everybody: Record<string, unknown> = {}, orders: OrderFaults = {}) =>
    control.setFaults(everybody, { ...held, ...orders })

  async function takeOpen(api: Api, isFloat = false): Promise<Taken> {
    const open = await listOpen(api)
    const fits = open.find((it) => isLostInFloats(it.totalFee) === isFloat)
    const payment = fits ?? (await make(api, isFloat ? FLOAT_FEN : PLAIN_FEN)) ?? (isFloat ? null : open[0])
    if (payment === null || payment === undefined) {
      return { ok: false, why: isFloat ? 'it needs an open payment over an amount such as 19.90 yuan' : NONE_LEFT }
    }
    if (isFloat && !isLostInFloats(payment.totalFee)) {
      return { ok: false, why: '--make-order has to place its order over {total_fee} fen' }
    }
    used.add(payment.outTradeNo)
    return { ok: true, payment }
  }

  /** Pays at WeChat, and keeps the emulator from telling the program. */
  async function payUnheard(taken: Taken, how: { isLate?: boolean; hasOtherAmount?: boolean } = {}): Promise<Taken> {
    if (!taken.ok) return taken
    const { outTradeNo, totalFee } = taken.payment
    held[outTradeNo] = HELD
    await setFaults()
    const taking = how.hasOtherAmount === true ? { totalFee: otherAmount(totalFee) } : {}
    const paid = await control.pay(outTradeNo, { isLate: how.isLate === true, ...taking })
    return { ok: true, payment: paid }
  }

  return {
    setFaults,
    takeOpen,

    /** How many payments could be used now, and how many more the program takes for paid although nobody paid them. */
    countOpen: async (api: Api) => ({ open: (await listOpen(api)).length, taken }),

    takePaid: async (api: Api, how: { isFloat?: boolean; hasOtherAmount?: boolean } = {}): Promise<Taken> =>
      payUnheard(await takeOpen(api, how.isFloat), how),

    /** One that the program closed, here and at WeChat, and that is paid afterwards. */
    takePaidLate: async (api: Api): Promise<Taken> => {
      const closed = (it: Payment) => it.state === 'CLOSED' && it.transactionId === null
      const { orders } = await control.readState()
      const known = orders.find((it) => isOurs(it, api) && closed(it))
      if (known !== undefined) {
        used.add(known.outTradeNo)
        return payUnheard({ ok: true, payment: known }, { isLate: true })
      }
      if (closeOrder === null) {
        return { ok: false, why: 'it needs a payment that the program has closed; close one, or name --close-order' }
      }
      const taken = await takeOpen(api)
      if (!taken.ok) return taken
      const { outTradeNo } = taken.payment
      await closeOrder(outTradeNo)
      const now = (await control.readState()).orders.find((it) => it.outTradeNo === outTradeNo)
      if (now?.state !== 'CLOSED') return { ok: false, why: `--close-order left ${outTradeNo} open at WeChat` }
      return payUnheard(taken, { isLate: true })
    },

    /** One that is paid, and of which the program hears, before its order call is answered. */
    takeEarly: async (api: Api): Promise<Taken> => {
      if (makeOrder === null) return { ok: false, why: 'it needs --make-order' }
      await setFaults({ beforeAnswer: 1 })
      try {
        // Whoever placed it may be told that there is nothing left to pay, and call that a failure.
        const payment = await make(api, PLAIN_FEN, { mayFail: true })
        if (payment === null || payment.transactionId === null)
          return { ok: false, why: '--make-order placed no order' }
        used.add(payment.outTradeNo)
        return { ok: true, payment }
      } finally {
        await setFaults()
      }
    },

    /** A refund that the program asked for, brought to its end. */
    takeRefund: async (api: Api): Promise<{ refund: Refund; payment: Payment } | null> => {
      const { refunds, orders } = await control.readState()
      const paymentOf = (it: Refund) => orders.find((order) => order.outTradeNo === it.outTradeNo && isOfProgram(order))
      const fits = refunds.filter(
        (it) => it.api === api && it.source === 'api' && it.notifyUrl !== null && paymentOf(it),
      )
      const found = fits.find((it) => it.status === 'SUCCESS') ?? fits.find((it) => it.status === 'PROCESSING')
      const payment = found && paymentOf(found)
      if (found === undefined || payment === undefined) return null
      if (found.status === 'SUCCESS') return { refund: found, payment }
      held[found.outTradeNo] = HELD
      await setFaults()
      return { refund: await control.endRefund(found.outRefundNo), payment }
    },
  }
}
