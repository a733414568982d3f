import type { Case } from './case'
import type { Account, Payment, Refund } from './control'
import type { Examination } from './examination'
import type { Observation } from './judge'
import type { Language } from './language'
import { readReply } from './reading'

export type RefundedPayment = { refund: Refund; payment: Payment }

/** What a message is about, and where it goes. */
export type Sending = { on: Observation['on']; payment: Payment; about?: RefundedPayment | null; url?: string }

export type Sender<Subject> = ReturnType<typeof createSender<Subject>>

const COPIES = 5
const STEP_MS = 50

/** Sends the messages of one API, and looks what comes of them. */
export function createSender<Subject>(world: Examination, language: Language<Subject>, accounts: Account[]) {
  const { control, post, limits, trap } = world

  function subjectOf({ payment, about }: Sending, address: string): Subject {
    const account = accounts.find((it) => it.mchId === payment.mchId)
    if (account === undefined) throw new Error(`no account for merchant ${payment.mchId}`)
    const subject = language.subjectOf(payment, { ...account, appid: payment.appid }, address)
    return about ? language.refundSubjectOf(about.refund, payment, subject) : subject
  }

  return {
    /** Sends a case's message, once or as often as it says. */
    send: async (test: Case<Subject>, sending: Sending): Promise<Observation> => {
      const { on, payment, url = world.notifyUrl } = sending
      const { outTradeNo } = payment
      const before = await control.countQueries(outTradeNo)
      const address = trap.set()
      const subject = subjectOf(sending, address)
      const once = async () => readReply(await post(url, await test.write(subject)), language.api, limits.replyMs)

      const replies = test.way === 'five_at_once' ? await Promise.all(Array.from({ length: COPIES }, once)) : []
      replies.push(await once())
      const isExpected = test.paid === 'must' && replies.some((it) => it.word === 'acknowledge')
      const isPaid = isExpected ? await becomesPaid(world, outTradeNo) : await staysPaid(world, outTradeNo)
      return {
        on,
        replies,
        isPaid: on === 'refund' ? null : isPaid,
        queries: (await control.countQueries(outTradeNo)) - before,
        isFetched: trap.isFetched(address),
        isQueryDown: false,
      }
    },
  }
}

/** Whether an order becomes paid as soon as may be expected; null when nobody said how to find out. */
export async function becomesPaid(world: Examination, outTradeNo: string): Promise<boolean | null> {
  const { readStatus, limits, sleep } = world
  if (readStatus === null) return staysPaid(world, outTradeNo)
  for (let waited = 0; ; waited += STEP_MS) {
    if (await readStatus(outTradeNo)) return true
    if (waited >= limits.paidMs) return false
    await sleep(STEP_MS)
  }
}

/** Whether an order is paid once everything has settled. */
async function staysPaid({ readStatus, limits, sleep }: Examination, outTradeNo: string): Promise<boolean | null> {
  await sleep(limits.settleMs)
  return readStatus === null ? null : readStatus(outTradeNo)
}
