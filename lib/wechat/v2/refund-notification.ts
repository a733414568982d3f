import type { VerifiedNotification } from '@/lib/shop/gateway'
import type { MerchantAccount } from './call'
import { decryptReqInfo } from './cipher'
import { readFoundRefund } from './found-refund'
import { check, claimOf, isFor, numberOf } from './message'
import type { Fields } from './sign'
import { readXml, type XmlResult } from './xml'

/**
 * A refund is told in one encrypted field, whatever the address (refund notification). Nothing is signed: what opens with
 * our key was written by somebody who has it.
 */
export function isRefundNotice(fields: Fields): boolean {
  return fields.req_info !== undefined
}

/** Whether it is for this account and opens with its key. */
export function isSealed(account: MerchantAccount, fields: Fields): boolean {
  return isFor(account, fields) && openNotice(account, fields).opens
}

type Opened = { opens: false; reason: string } | { opens: true; read: XmlResult }

function openNotice({ apiKey }: MerchantAccount, { req_info: sealed = '' }: Fields): Opened {
  const opened = decryptReqInfo(sealed, apiKey)
  if (!opened.ok) return { opens: false, reason: opened.reason }
  return { opens: true, read: readXml(new TextEncoder().encode(opened.xml), 'root') }
}

/** Goes on checking a message that is well formed and says that it was transmitted; `checks` has those two. */
export function verifyRefundNotice(
  account: MerchantAccount,
  fields: Fields,
  former: VerifiedNotification['checks'],
): VerifiedNotification {
  const isOurs = isFor(account, fields)
  const checks = [...former, check('account', isOurs)]
  const opened = openNotice(account, fields)
  checks.push(check('decrypts', opened.opens, opened.opens ? null : opened.reason))
  if (!opened.opens) {
    return { ...textsOf(null), checks, authentic: false, verdict: isOurs ? 'undecryptable' : 'not_ours' }
  }
  const { read } = opened
  checks.push(check('inner_well_formed', read.ok, read.ok ? null : read.reason))
  const texts = { ...textsOf(read.ok ? read.fields : null), checks }
  if (!isOurs) return { ...texts, authentic: false, verdict: 'not_ours' }
  if (!read.ok) return { ...texts, authentic: false, verdict: 'malformed' }
  const refund = readFoundRefund(read.fields)
  const problem = refund.ok ? null : refund.field
  // WeChat sends a notice once a refund has ended, and only then.
  const missing = refund.ok && refund.refund.status === 'processing' ? 'refund_status' : problem
  checks.push(check('complete', missing === null, missing))
  if (!refund.ok || missing !== null) return { ...texts, authentic: false, verdict: 'malformed' }
  return { ...texts, authentic: true, event: { type: 'refund', found: refund.refund } }
}

/** What can be read of the encrypted part. There is no signature, and so no text that was signed. */
function textsOf(inner: Fields | null) {
  return {
    kind: 'refund' as const,
    outTradeNo: numberOf(inner?.out_trade_no),
    transactionId: numberOf(inner?.transaction_id),
    outRefundNo: numberOf(inner?.out_refund_no, OUT_REFUND_NO_MAX),
    claimedFen: claimOf(inner?.refund_fee),
    signedText: null,
    expectedSign: null,
    receivedSign: null,
  }
}

const OUT_REFUND_NO_MAX = 64
