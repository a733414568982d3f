import type { Case } from './case'
import type { Account, Payment, Refund } from './control'
import type { Examination } from './examination'
import { type Finding, judge, type Observation } from './judge'
import type { Language } from './language'
import type { Payments, Taken } from './payments'
import { type Reading, readReply } from './reading'

/** How a case ended, with what the table shows of it. */
export type Result = {
  api: string
  name: string
  title: string
  outcome: 'passed' | 'failed' | 'not_played'
  /** Why it was not played. */
  why: string | null
  findings: Finding[]
  answers: string[]
  tookMs: number | null
  queries: number | null
  isPaid: boolean | null
}

const COPIES = 5
const STEP_MS = 50

/** Plays the cases of one API, one after the other; what one leaves behind the next ones use. */
export function createPlayer<Subject>(
  world: Examination,
  language: Language<Subject>,
  payments: Payments,
  accounts: Account[],
) {
  const { api } = language
  const { control, post, readStatus, limits, sleep, trap } = world
  let unpaid: Taken | null = null
  let paid: Taken | null = null
  let own: Taken | null = null
  let consoleRefund: { refund: Refund; payment: Payment } | null = null

  function subjectOf(payment: Payment, address: string): Subject {
    const account = accounts.find((it) => it.mchId === payment.mchId)
    if (account === undefined) throw new Error(`no account for merchant ${payment.mchId}`)
    return language.subjectOf(payment, { ...account, appid: payment.appid }, address)
  }

  async function waitForStatus(outTradeNo: string, expects: boolean): Promise<boolean | null> {
    if (readStatus === null || !expects) {
      await sleep(limits.settleMs)
      return readStatus === null ? null : readStatus(outTradeNo)
    }
    for (let waited = 0; ; waited += STEP_MS) {
      if (await readStatus(outTradeNo)) return true
      if (waited >= limits.paidMs) return false
      await sleep(STEP_MS)
    }
  }

  type Sending = { on: Observation['on']; payment: Payment; about?: { refund: Refund } | null; url?: string }

  /** Sends a case's message, once or as often as it says, and looks what came of it. */
  async function send(
    test: Case<Subject>,
    { on, payment, about = null, url = world.notifyUrl }: Sending,
  ): Promise<Observation> {
    const { outTradeNo } = payment
    const before = await control.countQueries(outTradeNo)
    const address = trap.set()
    const subject = subjectOf(payment, address)
    const whole = about === null ? subject : language.refundSubjectOf(about.refund, payment, subject)
    const once = async (): Promise<Reading> => readReply(await post(url, await test.write(whole)), api, limits.replyMs)

    const replies = test.way === 'five_at_once' ? await Promise.all(Array.from({ length: COPIES }, once)) : []
    replies.push(await once())
    const isAcknowledged = replies.some((it) => it.word === 'acknowledge')
    const isPaid = await waitForStatus(outTradeNo, test.paid === 'must' && isAcknowledged)
    return {
      on,
      replies,
      isPaid: on === 'refund' ? null : isPaid,
      queries: (await control.countQueries(outTradeNo)) - before,
      isFetched: trap.isFetched(address),
      isQueryDown: false,
    }
  }

  async function onUnpaid(test: Case<Subject>): Promise<Observation | string> {
    unpaid ??= await payments.takeOpen(api)
    if (!unpaid.ok) return unpaid.why
    const seen = await send(test, { on: 'unpaid', payment: unpaid.payment })
    // What may be paid now tells nothing about the next case.
    if (seen.isPaid ?? seen.replies.some((it) => it.word === 'acknowledge')) unpaid = null
    return seen
  }

  async function onPaid(test: Case<Subject>): Promise<Observation | string> {
    paid ??= await payments.takePaid(api)
    if (!paid.ok) return paid.why
    return send(test, { on: 'paid', payment: paid.payment })
  }

  async function onTaken(
    test: Case<Subject>,
    taken: Taken,
    on: Observation['on'] = 'paid',
  ): Promise<Observation[] | string> {
    if (!taken.ok) return taken.why
    if (test.way !== 'while_query_fails') return [await send(test, { on, payment: taken.payment })]
    const { outTradeNo } = taken.payment
    await payments.setFaults({}, { [outTradeNo]: { systemError: { probability: 1 }, lose: { probability: 1 } } })
    const inDoubt = await send({ ...test, paid: 'may' }, { on, payment: taken.payment })
    await payments.setFaults()
    const isAcknowledged = inDoubt.replies.some((it) => it.word === 'acknowledge')
    const isPaid = isAcknowledged ? await waitForStatus(outTradeNo, true) : inDoubt.isPaid
    const doubted = { ...inDoubt, isPaid, isQueryDown: true }
    return [doubted, await send(test, { on, payment: taken.payment })]
  }

  async function onConsoleRefund(test: Case<Subject>): Promise<Observation[] | string> {
    paid ??= await payments.takePaid(api)
    if (!paid.ok) return paid.why
    const known = await payments.takeRefund(api)
    const url = world.refundNotifyUrl ?? known?.refund.notifyUrl ?? null
    if (url === null) return 'it needs --refund-notify-url, or a refund that the program asked for'
    if (consoleRefund === null) {
      const { refundId, outRefundNo } = await control.refundInConsole(paid.payment.outTradeNo, 1)
      const refund = { ...(await control.endRefund(outRefundNo)), refundId }
      consoleRefund = { refund, payment: paid.payment }
    }
    return [await send(test, { on: 'refund', payment: consoleRefund.payment, about: consoleRefund, url })]
  }

  async function onRefund(test: Case<Subject>): Promise<Observation[] | string> {
    const known = await payments.takeRefund(api)
    if (known === null) return 'it needs a refund that the program asked for'
    const url = world.refundNotifyUrl ?? known.refund.notifyUrl ?? world.notifyUrl
    return [await send(test, { on: 'refund', payment: known.payment, about: known, url })]
  }

  async function onRefused(test: Case<Subject>): Promise<Observation[] | string> {
    const seen = [await onUnpaid(test), await onPaid(test)]
    const observations = seen.filter((it) => typeof it !== 'string')
    return observations.length === 0 ? String(seen[0]) : observations
  }

  const listOf = (seen: Observation | string) => (typeof seen === 'string' ? seen : [seen])

  async function onEarly(test: Case<Subject>): Promise<Observation[] | string> {
    const taken = await payments.takeEarly(api)
    if (!taken.ok) return taken.why
    const { outTradeNo } = taken.payment
    const { deliveries } = await control.readState()
    const isAccepted = deliveries.some((it) => it.outTradeNo === outTradeNo && it.outcome === 'accepted')
    // Whoever asked for a retry gets one; whoever acknowledged must have it paid.
    if (!isAccepted) return [await send(test, { on: 'paid', payment: taken.payment })]
    const reading: Reading = { word: 'acknowledge', flaw: null, shown: 'acknowledged', tookMs: 0 }
    const isPaid = await waitForStatus(outTradeNo, true)
    const queries = await control.countQueries(outTradeNo)
    return [{ on: 'paid', replies: [reading], isPaid, queries, isFetched: false, isQueryDown: false }]
  }

  async function observe(test: Case<Subject>): Promise<Observation[] | string> {
    switch (test.stage) {
      case 'refused':
        return onRefused(test)
      case 'unpaid':
        return listOf(await onUnpaid(test))
      case 'paid':
        return listOf(await onPaid(test))
      case 'own':
        own = await payments.takePaid(api)
        return onTaken(test, own)
      case 'own_float':
        return onTaken(test, await payments.takePaid(api, { isFloat: true }))
      case 'own_other_amount':
        return onTaken(test, await payments.takePaid(api, { hasOtherAmount: true }), 'other_amount')
      case 'same':
        return own === null ? 'the case before it was not played' : onTaken(test, own)
      case 'closed':
        return onTaken(test, await payments.takePaidLate(api), 'closed')
      case 'early':
        return onEarly(test)
      case 'refund':
        return onRefund(test)
      case 'console_refund':
        return onConsoleRefund(test)
    }
  }

  return async (test: Case<Subject>): Promise<Result> => {
    const base = { api, name: test.name, title: test.title }
    const blank = { findings: [], answers: [], tookMs: null, queries: null, isPaid: null }
    const needs = test.needsStatus === true && readStatus === null
    const seen = needs ? 'either answer is right, so it needs --status-url' : await observe(test)
    if (typeof seen === 'string') return { ...base, ...blank, outcome: 'not_played', why: seen }
    const found = seen.flatMap((it) => judge(test, it))
    const findings = found.filter((it, place) => found.findIndex((other) => other.weakness === it.weakness) === place)
    const replies = seen.flatMap((it) => it.replies)
    return {
      ...base,
      outcome: findings.length === 0 ? 'passed' : 'failed',
      why: null,
      findings,
      answers: [...new Set(replies.map((it) => it.shown))],
      tookMs: Math.max(...replies.map((it) => it.tookMs)),
      queries: seen.reduce((sum, it) => sum + it.queries, 0),
      isPaid: seen.at(-1)?.isPaid ?? null,
    }
  }
}
