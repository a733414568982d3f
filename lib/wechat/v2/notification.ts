import { createHash } from 'node:crypto'
import type { FindSignType, VerifiedNotification } from '@/lib/shop/gateway'
import type { Check, NotificationKind, ReceivedMessage } from '@/lib/shop/notification'
import { masked } from '../shown'
import type { MerchantAccount } from './call'
import { check, claimOf, isFor, numberOf } from './message'
import { isRefundNotice, isSealed, verifyRefundNotice } from './refund-notification'
import { type Fields, isSignedWith, isSignType, maskedTextToSign, sign } from './sign'
import { readTrade } from './trade'
import { readXml, type XmlResult } from './xml'

/** So much of a received signature is kept, in characters. */
export const SIGN_SHOWN_MAX = 128

const readings = new WeakMap<Uint8Array, XmlResult>()

/** A message is looked at twice, for its signature first and then for all the rest; it is taken apart once. */
function readOnce(body: Uint8Array): XmlResult {
  const known = readings.get(body)
  if (known !== undefined) return known
  const read = readXml(body)
  readings.set(body, read)
  return read
}

/**
 * What proves that a message for this account was made with the merchant's key: its signature, of the type it names, or
 * the hash of what is encrypted in it. Null when neither is there. The proof alone does not say whose it is: every buyer
 * is given parameters to pay with that are signed as well.
 */
export function proofOf(account: MerchantAccount, { body }: ReceivedMessage): string | null {
  const read = readOnce(body)
  if (!read.ok || read.fields.return_code !== 'SUCCESS' || !isFor(account, read.fields)) return null
  const { sign_type: said = '', sign = '', req_info: sealed = '' } = read.fields
  if (isRefundNotice(read.fields)) {
    return isSealed(account, read.fields) ? createHash('sha256').update(sealed).digest('base64') : null
  }
  const type = said || 'MD5'
  return isSignType(type) && isSignedWith(read.fields, account.apiKey, type) ? sign : null
}

/**
 * Reads a notification and checks what can be checked without knowing orders: form, `return_code`, account, and of a
 * payment the type of signature and the signature, of a refund what is encrypted in it. A signature is checked whatever
 * the other fields say, and so is a missing one.
 */
export async function verifyNotification(
  account: MerchantAccount,
  { body }: ReceivedMessage,
  signTypeOf: FindSignType,
): Promise<VerifiedNotification> {
  const read = readOnce(body)
  if (!read.ok) return refused([check('well_formed', false, read.reason)], null, 'malformed')
  const { fields } = read
  const checks = [check('well_formed', true)]

  const isReceived = fields.return_code === 'SUCCESS'
  checks.push(check('return_code', isReceived, fields.return_code ?? null))
  if (!isReceived) return refused(checks, fields, 'failed_transport')
  if (isRefundNotice(fields)) return verifyRefundNotice(account, fields, checks)

  const isOurs = isFor(account, fields)
  checks.push(check('account', isOurs))
  // A message says how it is signed, but a payment of ours is believed only in the type it was made with.
  const said = fields.sign_type || 'MD5'
  const { outTradeNo, transactionId } = textsOf(fields)
  const ofPayment = outTradeNo === null ? null : await signTypeOf({ outTradeNo, transactionId })
  const expected = ofPayment ?? account.signType
  checks.push(check('sign_type', said === expected, said))
  const signature = checkSignature(account, fields, said)
  checks.push(check('signature', signature.isRight))

  const texts = { ...textsOf(fields), ...signature.texts, checks }
  if (!isOurs) return { ...texts, authentic: false, verdict: 'not_ours' }
  if (said !== expected || !signature.isRight) return { ...texts, authentic: false, verdict: 'bad_signature' }
  if (fields.result_code !== 'SUCCESS') {
    return { ...texts, authentic: true, event: { type: 'failed', code: fields.err_code ?? '' } }
  }
  const money = readTrade(fields)
  if (money.ok) return { ...texts, authentic: true, event: { type: 'paid', trade: money.trade } }
  return {
    ...texts,
    authentic: false,
    verdict: 'malformed',
    checks: [...checks, check('complete', false, money.field)],
  }
}

function checkSignature({ apiKey }: MerchantAccount, fields: Fields, said: string) {
  const signedText = maskedTextToSign(fields)
  if (!isSignType(said)) return { isRight: false, texts: { signedText, expectedSign: null } }
  const isRight = isSignedWith(fields, apiKey, said)
  const right = sign(fields, apiKey, said)
  // Whoever forged a message may read this log one day; the right signature would make the forgery a real message.
  return { isRight, texts: { signedText, expectedSign: isRight ? right : masked(right) } }
}

function textsOf(fields: Fields | null) {
  return {
    kind: fields && kindOf(fields),
    outTradeNo: numberOf(fields?.out_trade_no),
    transactionId: numberOf(fields?.transaction_id),
    outRefundNo: null,
    claimedFen: claimOf(fields?.total_fee),
    signedText: null,
    expectedSign: null,
    receivedSign: fields?.sign?.slice(0, SIGN_SHOWN_MAX) || null,
  }
}

function refused(
  checks: Check[],
  fields: Fields | null,
  verdict: 'malformed' | 'failed_transport',
): VerifiedNotification {
  return { ...textsOf(fields), checks, authentic: false, verdict }
}

function kindOf(fields: Fields): NotificationKind {
  return isRefundNotice(fields) ? 'refund' : 'payment'
}
