import type { CloseAnswer, PrepayAnswer, QueryAnswer } from '@/lib/shop/gateway'
import type { Payment } from '@/lib/shop/payment'
import type { Shop } from '@/lib/shop/shop'
import { signedNotification } from '../messages'

const evidence = { fields: {}, problem: null }

/** What WeChat can answer, in a word. */
const ANSWERS = {
  query: {
    unpaid: { type: 'unpaid', evidence },
    closed: { type: 'closed', evidence },
    missing: { type: 'missing', evidence },
    refunded: { type: 'refunded', evidence },
    unknown: { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } },
  },
  close: {
    closed: { type: 'closed', evidence },
    paid: { type: 'paid', evidence },
    missing: { type: 'missing', evidence },
    unknown: { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } },
  },
  prepay: {
    number_used: { type: 'number_used', evidence },
    refused: { type: 'refused', code: 'NOAUTH', evidence },
    unknown: { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } },
  },
} as const

type Word = {
  query: keyof typeof ANSWERS.query | 'paid' | 'paid_and_refunded'
  close: keyof typeof ANSWERS.close
  prepay: keyof typeof ANSWERS.prepay | 'prepaid'
}
/** Calls in the order in which they have to come, such as `close missing`. */
export type Script = { [Call in keyof Word]: `${Call} ${Word[Call]}` }[keyof Word][]

const TRANSACTION_ID = '4200002026202603011234567890'

/** The money of a payment, as WeChat tells it. */
export function tradeOf(
  { outTradeNo, amountFen }: Payment,
  changes: { paidFen?: number; transactionId?: string } = {},
) {
  const trade = { outTradeNo, transactionId: TRANSACTION_ID, paidFen: Number(amountFen), currency: 'CNY' }
  return { ...trade, paidAt: Date.UTC(2026, 2, 1, 2, 1, 5), ...changes }
}

/**
 * A shop whose WeChat follows a script. Throws at a call that the script does not have at this place; `left` are those
 * that did not come.
 */
export function scripted(shop: Shop, script: Script): { shop: Shop; left: Script } {
  const left = [...script]
  const next = (call: keyof Word): string => {
    const line = left.shift() ?? 'nothing'
    const [wanted, word = ''] = line.split(' ')
    if (wanted !== call) throw new Error(`${call} was called, and the script says ${line}`)
    return word
  }
  const found = <T>(words: Record<string, T>, word: string): T => {
    const answer = words[word]
    if (answer === undefined) throw new Error(`no such answer: ${word}`)
    return answer
  }
  const gateway: Shop['gateway'] = {
    ...shop.gateway,
    query: async (payment): Promise<QueryAnswer> => {
      const word = next('query')
      const full = await shop.store.findPayment(payment.outTradeNo)
      if (full === null || !word.startsWith('paid')) return found<QueryAnswer>(ANSWERS.query, word)
      return { type: 'paid', trade: tradeOf(full), isRefunded: word === 'paid_and_refunded', evidence }
    },
    close: async (): Promise<CloseAnswer> => found<CloseAnswer>(ANSWERS.close, next('close')),
    prepay: async (): Promise<PrepayAnswer> => {
      const word = next('prepay')
      if (word !== 'prepaid') return found<PrepayAnswer>(ANSWERS.prepay, word)
      const prepay = { prepayId: 'wx1', codeUrl: 'weixin://wxpay/bizpayurl?pr=1', mwebUrl: null, at: shop.now() }
      return { type: 'prepaid', prepay, evidence }
    },
  }
  return { shop: { ...shop, gateway }, left }
}

/** A message that WeChat signed about a payment of ours, with all that it says of the money. */
export function messageOf(payment: Payment, changes: Record<string, string> = {}, options = {}) {
  const { transactionId, paidFen } = tradeOf(payment)
  const fields = { transaction_id: transactionId, total_fee: String(paidFen), ...changes }
  const body = Buffer.from(signedNotification(payment.outTradeNo, fields, options))
  return { apiVersion: 'v2', remoteAddress: '::1', headers: {}, body, receivedAt: 0 } as const
}
