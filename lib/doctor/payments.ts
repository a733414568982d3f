import { type Api, DoctorError, type Payment, type Refund } from './control'
import type { Examination } from './examination'
import { FLOAT_FEN, isLostInFloats, otherAmount, PLAIN_FEN } from './numbers'
import { createPool, type Pool } from './pool'

/** A payment to play a case on, or why there is none. */
export type Taken = { ok: true; payment: Payment } | { ok: false; why: string }

export type Payments = ReturnType<typeof createPayments>

const NONE_LEFT = 'no open payment is left; place more orders, or name --make-order'
const NONE_CLOSED = 'it needs a payment that the program has closed; close one, or name --close-order'
const NO_FLOAT = 'it needs an open payment over an amount such as 19.90 yuan'

type World = { world: Examination; pool: Pool; api: Api }

/** Takes the program's payments, and brings them into the state that a case needs. */
export function createPayments(world: Examination) {
  const pool = createPool(world)
  return {
    setFaults: pool.setFaults,
    countOpen: async (api: Api) => ({ open: (await pool.listOpen(api)).length, spoilt: pool.countSpoilt() }),
    takeOpen: (api: Api) => takeOpen({ world, pool, api }),
    /** One that is paid, and of which the program does not know. */
    takePaid: async (api: Api, { isFloat = false, hasOtherAmount = false } = {}): Promise<Taken> => {
      const at = { world, pool, api }
      return payUnheard(at, await takeOpen(at, { isFloat }), { hasOtherAmount })
    },
    takePaidLate: (api: Api) => takePaidLate({ world, pool, api }),
    takeEarly: (api: Api) => takeEarly({ world, pool, api }),
    takeRefund: (api: Api) => takeRefund({ world, pool, api }),
  }
}

async function takeOpen(at: World, { isFloat = false } = {}): Promise<Taken> {
  const open = await at.pool.listOpen(at.api)
  const fits = open.find((it) => isLostInFloats(it.totalFee) === isFloat)
  const payment = fits ?? (await make(at, isFloat ? FLOAT_FEN : PLAIN_FEN)) ?? (isFloat ? undefined : open[0])
  if (payment === undefined) return { ok: false, why: isFloat ? NO_FLOAT : NONE_LEFT }
  if (isFloat && !isLostInFloats(payment.totalFee)) {
    return { ok: false, why: '--make-order has to place its order over {total_fee} fen' }
  }
  at.pool.use(payment)
  return { ok: true, payment }
}

/** Has the program place one more order; undefined when nobody said how. */
async function make(at: World, totalFee: number, { mayFail = false } = {}): Promise<Payment | undefined> {
  const { control, makeOrder, notifyUrl } = at.world
  if (makeOrder === null) return undefined
  const known = new Set((await control.readState()).orders.map((it) => it.outTradeNo))
  await makeOrder(totalFee).catch((error: unknown) => {
    if (!mayFail) throw error
  })
  const made = (await control.readState()).orders.filter((it) => !known.has(it.outTradeNo))
  const own = made.find((it) => at.pool.isUnused(it, at.api))
  if (own !== undefined) return own
  const [first] = made
  throw new DoctorError(
    first === undefined
      ? '--make-order was done, and the emulator got no new order: does the program use it?'
      : `--make-order placed an order of API ${first.api} with ${first.notifyUrl}, not one of ${at.api} with ${notifyUrl}.`,
  )
}

type How = { isLate?: boolean; hasOtherAmount?: boolean }

/** Pays at WeChat, and keeps the emulator from telling the program. */
async function payUnheard({ world, pool }: World, taken: Taken, how: How = {}): Promise<Taken> {
  if (!taken.ok) return taken
  const { outTradeNo, totalFee } = taken.payment
  await pool.hold(taken.payment)
  const taking = how.hasOtherAmount === true ? { totalFee: otherAmount(totalFee) } : {}
  const payment = await world.control.pay(outTradeNo, { isLate: how.isLate === true, ...taking })
  return { ok: true, payment }
}

/** One that the program closed, here and at WeChat, and that is paid afterwards. */
async function takePaidLate(at: World): Promise<Taken> {
  const { control, closeOrder } = at.world
  const isClosed = (it: Payment) => it.state === 'CLOSED' && it.transactionId === null
  const known = (await control.readState()).orders.find((it) => at.pool.isUnused(it, at.api) && isClosed(it))
  if (known !== undefined) {
    at.pool.use(known)
    return payUnheard(at, { ok: true, payment: known }, { isLate: true })
  }
  if (closeOrder === null) return { ok: false, why: NONE_CLOSED }
  const taken = await takeOpen(at)
  if (!taken.ok) return taken
  const { outTradeNo } = taken.payment
  await closeOrder(outTradeNo)
  const now = (await control.readState()).orders.find((it) => it.outTradeNo === outTradeNo)
  if (now === undefined || !isClosed(now)) return { ok: false, why: `--close-order left ${outTradeNo} open at WeChat` }
  return payUnheard(at, taken, { isLate: true })
}

/** One that is paid, and of which the program hears, before its order call is answered. */
async function takeEarly(at: World): Promise<Taken> {
  if (at.world.makeOrder === null) return { ok: false, why: 'it needs --make-order' }
  await at.pool.setFaults({ beforeAnswer: 1 })
  try {
    // Whoever placed it may be told that there is nothing left to pay, and call that a failure.
    const payment = await make(at, PLAIN_FEN, { mayFail: true })
    if (payment === undefined || payment.transactionId === null)
      return { ok: false, why: '--make-order placed no order' }
    at.pool.use(payment)
    return { ok: true, payment }
  } finally {
    await at.pool.setFaults()
  }
}

/** A refund that the program asked for, brought to its end. */
async function takeRefund({ world, pool, api }: World): Promise<{ refund: Refund; payment: Payment } | null> {
  const { refunds, orders } = await world.control.readState()
  const own = refunds.flatMap((refund) => {
    const payment = orders.find((it) => it.outTradeNo === refund.outTradeNo && pool.isOfProgram(it))
    const fits = refund.api === api && refund.source === 'api' && refund.notifyUrl !== null
    return fits && payment !== undefined ? [{ refund, payment }] : []
  })
  const ended = own.find(({ refund }) => refund.status === 'SUCCESS')
  if (ended !== undefined) return ended
  const running = own.find(({ refund }) => refund.status === 'PROCESSING')
  if (running === undefined) return null
  await pool.hold(running.payment)
  return { ...running, refund: await world.control.endRefund(running.refund.outRefundNo) }
}
