import type { Case } from './case'
import type { Api } from './control'
import type { Examination } from './examination'
import type { Observation } from './judge'
import type { Payments, Taken } from './payments'
import type { Reading } from './reading'
import { becomesPaid, type RefundedPayment, type Sender } from './sender'

/** What the cases of one API are played with, and what one leaves behind for the next. */
export type Bench<Subject> = {
  api: Api
  world: Examination
  payments: Payments
  sender: Sender<Subject>
  /** Shared payments, and that of the case before. */
  shared: {
    unpaid: Taken | null
    paid: Taken | null
    own: Taken | null
    consoleRefund: RefundedPayment | null
  }
}

/** What was seen, or why nothing was. */
type Seen = Observation[] | string

/** Plays a case on the stage that it needs. */
export async function observe<Subject>(bench: Bench<Subject>, test: Case<Subject>): Promise<Seen> {
  const { api, payments, shared } = bench
  switch (test.stage) {
    case 'refused':
      return onRefused(bench, test)
    case 'unpaid':
      return onUnpaid(bench, test)
    case 'paid':
      return onPaid(bench, test)
    case 'own':
      shared.own = await payments.takePaid(api)
      return onTaken(bench, test, shared.own)
    case 'own_float':
      return onTaken(bench, test, await payments.takePaid(api, { isFloat: true }))
    case 'own_other_amount':
      return onTaken(bench, test, await payments.takePaid(api, { hasOtherAmount: true }), 'other_amount')
    case 'same':
      return shared.own === null ? 'the case before it was not played' : onTaken(bench, test, shared.own)
    case 'closed':
      return onTaken(bench, test, await payments.takePaidLate(api), 'closed')
    case 'early':
      return onEarly(bench, test)
    case 'refund':
      return onRefund(bench, test)
    case 'console_refund':
      return onConsoleRefund(bench, test)
  }
}

async function onUnpaid<Subject>(
  { api, payments, sender, shared }: Bench<Subject>,
  test: Case<Subject>,
): Promise<Seen> {
  shared.unpaid ??= await payments.takeOpen(api)
  if (!shared.unpaid.ok) return shared.unpaid.why
  const seen = await sender.send(test, { on: 'unpaid', payment: shared.unpaid.payment })
  // What may be paid now tells nothing about the next case.
  if (seen.isPaid ?? isAcknowledged(seen)) shared.unpaid = null
  return [seen]
}

async function onPaid<Subject>({ api, payments, sender, shared }: Bench<Subject>, test: Case<Subject>): Promise<Seen> {
  shared.paid ??= await payments.takePaid(api)
  if (!shared.paid.ok) return shared.paid.why
  return [await sender.send(test, { on: 'paid', payment: shared.paid.payment })]
}

async function onRefused<Subject>(bench: Bench<Subject>, test: Case<Subject>): Promise<Seen> {
  const [unpaid, paid] = [await onUnpaid(bench, test), await onPaid(bench, test)]
  if (typeof unpaid === 'string') return paid
  return typeof paid === 'string' ? unpaid : [...unpaid, ...paid]
}

async function onTaken<Subject>(
  bench: Bench<Subject>,
  test: Case<Subject>,
  taken: Taken,
  on: Observation['on'] = 'paid',
): Promise<Seen> {
  if (!taken.ok) return taken.why
  const { world, payments, sender } = bench
  const { payment } = taken
  if (test.way !== 'while_query_fails') return [await sender.send(test, { on, payment })]

  await payments.setFaults({}, { [payment.outTradeNo]: { systemError: ALWAYS, lose: ALWAYS } })
  const inDoubt = await sender.send({ ...test, paid: 'may' }, { on, payment })
  await payments.setFaults()
  const isPaid = isAcknowledged(inDoubt) ? await becomesPaid(world, payment.outTradeNo) : inDoubt.isPaid
  return [{ ...inDoubt, isPaid, isQueryDown: true }, await sender.send(test, { on, payment })]
}

const ALWAYS = { probability: 1 }

/** The emulator itself delivers this one, in the middle of the order call. */
async function onEarly<Subject>(bench: Bench<Subject>, test: Case<Subject>): Promise<Seen> {
  const { api, payments, world, sender } = bench
  const taken = await payments.takeEarly(api)
  if (!taken.ok) return taken.why
  const { outTradeNo } = taken.payment
  const { deliveries } = await world.control.readState()
  const isAccepted = deliveries.some((it) => it.outTradeNo === outTradeNo && it.outcome === 'accepted')
  // Whoever asked for a retry gets one; whoever acknowledged must have it paid.
  if (!isAccepted) return [await sender.send(test, { on: 'paid', payment: taken.payment })]
  const reading: Reading = { word: 'acknowledge', flaw: null, isError: false, shown: 'acknowledged', tookMs: 0 }
  const isPaid = await becomesPaid(world, outTradeNo)
  const queries = await world.control.countQueries(outTradeNo)
  return [{ on: 'paid', replies: [reading], isPaid, queries, isFetched: false, isQueryDown: false }]
}

async function onRefund<Subject>({ api, payments, world, sender }: Bench<Subject>, test: Case<Subject>): Promise<Seen> {
  const known = await payments.takeRefund(api)
  if (known === null) return 'it needs a refund that the program asked for'
  const url = world.refundNotifyUrl ?? known.refund.notifyUrl ?? world.notifyUrl
  return [await sender.send(test, { on: 'refund', payment: known.payment, about: known, url })]
}

async function onConsoleRefund<Subject>(bench: Bench<Subject>, test: Case<Subject>): Promise<Seen> {
  const { api, payments, world, sender, shared } = bench
  const known = await payments.takeRefund(api)
  const url = world.refundNotifyUrl ?? known?.refund.notifyUrl ?? null
  if (url === null) return 'it needs --refund-notify-url, or a refund that the program asked for'
  shared.paid ??= await payments.takePaid(api)
  if (!shared.paid.ok) return shared.paid.why
  const { payment } = shared.paid
  if (shared.consoleRefund === null) {
    const { outRefundNo } = await world.control.refundInConsole(payment.outTradeNo, 1)
    shared.consoleRefund = { payment, refund: await world.control.endRefund(outRefundNo) }
  }
  return [await sender.send(test, { on: 'refund', payment, about: shared.consoleRefund, url })]
}

function isAcknowledged({ replies }: Observation): boolean {
  return replies.some((it) => it.word === 'acknowledge')
}
