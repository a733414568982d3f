import { type Fields, isSignType, type SignType } from '@/lib/wechat/v2/sign'
import { readXml } from '@/lib/wechat/v2/xml'
import { accountOf } from '../accounts'
import { newNonce } from '../chance'
import { type PaymentTampering, TAMPERINGS, type Tampering } from '../fault-names'
import type { NotificationRecord } from '../ledger/schema'
import type { Protocol } from '../protocol'
import { otherEnd, writeNotification, writeSignedNotification } from './encode'
import { paidFields } from './orders'
import { tamperRefund, writeRefund } from './refund-notification'

/** How v2 notifies: signed XML, acknowledged by XML. */
export const NOTIFICATIONS: Protocol['notifications'] = {
  // The recorded set of fields, signed as the order was.
  writePayment: (trade, { accounts, random }) => {
    const fields = {
      ...paidFields(trade),
      appid: trade.appid,
      ...(trade.attach !== '' && { attach: trade.attach }),
      ...(trade.deviceInfo !== '' && { device_info: trade.deviceInfo }),
      mch_id: trade.mchId,
      nonce_str: newNonce(random, 32),
      result_code: 'SUCCESS',
      return_code: 'SUCCESS',
      ...(trade.signType === 'HMAC-SHA256' && { sign_type: trade.signType }),
    }
    return writeSignedNotification(fields, accountOf(accounts, trade).apiKey, trade.signType)
  },

  writeRefund,

  writeAttempt: (notification, trade, { tampering, wechat }) => {
    const { apiKey } = accountOf(wechat.accounts, trade)
    const body = tampering === undefined ? notification.body : tamper(notification, { tampering, apiKey })
    return { body, headers: [['content-type', 'text/xml']] }
  },

  // Only one XML document with `return_code` SUCCESS, in an HTTP answer that is a success too, acknowledges.
  readReply: (status, bytes) => {
    if (bytes === null) return { outcome: 'malformed', replyCode: null }
    const document = readXml(bytes)
    const replyCode = document.ok ? (document.fields.return_code ?? null) : null
    if (status < 200 || status > 299) return { outcome: 'http_error', replyCode }
    if (!document.ok) return { outcome: 'malformed', replyCode }
    return { outcome: replyCode === 'SUCCESS' ? 'accepted' : 'refused', replyCode }
  },
}

/** A notification that is not true, changed in one way. */
function tamper(
  { id, kind, body }: NotificationRecord,
  { tampering, apiKey }: { tampering: Tampering; apiKey: string },
): string {
  if (kind === 'refund') return tamperRefund(body, tampering, apiKey)
  const how = TAMPERINGS.v2.payment.find((it) => it === tampering)
  if (how === undefined) throw new Error(`the notification of a payment cannot be tampered with by ${tampering}`)
  const read = readXml(Buffer.from(body))
  if (!read.ok) throw new Error(`notification ${id} is not readable: ${read.reason}`)
  const { sign_type: said = 'MD5' } = read.fields
  const signType = isSignType(said) ? said : 'MD5'
  return TAMPERERS[how]({ text: body, fields: read.fields, signType, apiKey })
}

type Genuine = { text: string; fields: Fields; signType: SignType; apiKey: string }

/**
 * Ways to send a notification that is not true. All but a broken signature are signed as they should be, so that only
 * the check that is meant for it can find each.
 */
const TAMPERERS: Record<PaymentTampering, (genuine: Genuine) => string> = {
  /** One fen less than was paid. */
  tamperAmount: ({ fields, signType, apiKey }) => {
    const amount = String(Number(fields.total_fee) - 1)
    return writeSignedNotification({ ...fields, total_fee: amount, cash_fee: amount }, apiKey, signType)
  },
  tamperSignature: ({ fields }) => writeNotification({ ...fields, sign: otherEnd(fields.sign ?? '') }),
  otherMerchant: ({ fields, signType, apiKey }) =>
    writeSignedNotification({ ...fields, mch_id: otherEnd(fields.mch_id ?? '') }, apiKey, signType),
  truncate: ({ text }) => text.slice(0, text.length / 2),
  doctype: ({ text }) => `<!DOCTYPE xml [<!ENTITY host SYSTEM "file:///etc/hostname">]>\n${text}`,
  /** Signed with the type that the order was not signed with. */
  signType: ({ fields, signType, apiKey }) => {
    const other = signType === 'MD5' ? 'HMAC-SHA256' : 'MD5'
    return writeSignedNotification({ ...fields, sign_type: other }, apiKey, other)
  },
}
