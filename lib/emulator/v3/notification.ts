import { createHash } from 'node:crypto'
import { z } from 'zod'
import { open, seal } from '@/lib/wechat/v3/cipher'
import { newNonce, newNotificationId } from '../chance'
import type { V3Tampering } from '../fault-names'
import { TAMPERINGS } from '../fault-names'
import type { MerchantKeys } from '../keys'
import type { HeaderList, NotificationRecord } from '../ledger/schema'
import type { Protocol, WritingWeChat } from '../protocol'
import { isObject, type JsonObject, numberAt, textAt } from './call'
import { otherSignature, probe, requestId, signedHeaders } from './encode'
import { paidBody } from './orders'
import { refundNews } from './refund-body'
import { writeTime } from './value-formats'

const EVENT_OF_REFUND = { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭' } as const

/** How v3 notifies: JSON with an encrypted resource, signed in headers, acknowledged by the HTTP status. */
export const NOTIFICATIONS: Protocol['notifications'] = {
  writePayment: (trade, wechat) =>
    writeNotification(wechat, trade.mchId, {
      at: trade.paidAt,
      event: 'TRANSACTION.SUCCESS',
      summary: '支付成功',
      kind: 'transaction',
      resource: paidBody(trade),
    }),

  writeRefund: ({ refund, trade }, wechat) =>
    writeNotification(wechat, trade.mchId, {
      at: refund.endedAt,
      event: `REFUND.${refund.status}`,
      summary: EVENT_OF_REFUND[refund.status],
      kind: 'refund',
      resource: refundNews(refund, trade),
    }),

  // Each attempt is signed afresh: with the time at which it leaves, and by whichever key signs then.
  writeAttempt: (notification, _trade, { tampering, wechat }) => {
    const { mchId } = notification
    const how = TAMPERINGS.v3[notification.kind].find((it) => it === tampering)
    const keys = wechat.keys.get(mchId)
    const body = how === undefined ? notification.body : tamperBody(notification, { how, keys, wechat })
    const signer = wechat.keys.notificationSigner(mchId)
    const signed = signedHeaders(body, wechat, {
      signer: how === 'unknownSerial' ? { ...signer, serial: otherSerial(signer.serial) } : signer,
      ...(how === 'expiredTimestamp' && { isOldBySeconds: EXPIRED_SECONDS }),
      ...(how === 'tamperSignature' && { change: otherSignature }),
      ...(how === 'probeNotification' && { change: probe }),
    })
    return { body, headers: [...HEADERS, requestId(wechat.random), ...signed] }
  },

  // 200 and 204 acknowledge, whatever the body says; anything else asks for a retry.
  readReply: (status, bytes) => {
    const replyCode = readCode(bytes)
    if (status === 200 || status === 204) return { outcome: 'accepted', replyCode }
    return { outcome: status >= 400 && replyCode !== null ? 'refused' : 'http_error', replyCode }
  },
}

/** As in recordings. */
const HEADERS: HeaderList = [
  ['content-type', 'application/json'],
  ['pragma', 'no-cache'],
]

/** Well past the five minutes that merchants allow. */
const EXPIRED_SECONDS = 10 * 60

type News = { at: number; event: string; summary: string; kind: 'transaction' | 'refund'; resource: JsonObject }

function writeNotification(wechat: WritingWeChat, mchId: string, { at, event, summary, kind, resource }: News): string {
  const { v3Key } = wechat.keys.get(mchId).record
  const sealing = { nonce: newNonce(wechat.random, 12), associatedData: kind }
  const { nonce, associatedData, ciphertext } = seal(JSON.stringify(resource), sealing, v3Key)
  return JSON.stringify({
    id: newNotificationId(wechat.random),
    create_time: writeTime(at),
    resource_type: 'encrypt-resource',
    event_type: event,
    summary,
    resource: {
      original_type: kind,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext,
      associated_data: associatedData,
      nonce,
    },
  })
}

const notificationBody = z.looseObject({
  event_type: z.string(),
  resource: z.looseObject({ ciphertext: z.string(), associated_data: z.string(), nonce: z.string() }),
})

/** What stands in the encrypted resource of a notification; null when it does not open with this key. */
export function openResource(body: string, v3Key: string): JsonObject | null {
  try {
    const { resource } = notificationBody.parse(JSON.parse(body))
    const { nonce, associated_data: associatedData, ciphertext } = resource
    const opened = open({ nonce, associatedData, ciphertext }, v3Key)
    const value: unknown = opened === null ? null : JSON.parse(Buffer.from(opened).toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

type Tampered = { how: V3Tampering; keys: MerchantKeys; wechat: WritingWeChat }

/**
 * Ways to send a notification that is not true. Each is encrypted and signed as it should be but for the one thing that
 * is wrong, so that only the check that is meant for it can find it. What is wrong in headers alone leaves the body as it is.
 */
function tamperBody({ id, body }: NotificationRecord, { how, keys, wechat }: Tampered): string {
  const { v3Key } = keys.record
  const notification = notificationBody.parse(JSON.parse(body))
  const content = openResource(body, v3Key)
  if (content === null) throw new Error(`notification ${id} does not open`)
  const withContent = (plain: JsonObject, key = v3Key) => {
    const sealing = { nonce: newNonce(wechat.random, 12), associatedData: notification.resource.associated_data }
    const { nonce, ciphertext } = seal(JSON.stringify(plain), sealing, key)
    return JSON.stringify({ ...notification, resource: { ...notification.resource, nonce, ciphertext } })
  }
  switch (how) {
    case 'tamperAmount':
      return withContent({ ...content, amount: lessOne(content) })
    case 'otherMerchant':
      return withContent({ ...content, mchid: otherEnd(textAt(content, 'mchid')) })
    case 'otherKey':
      return withContent(content, createHash('md5').update(`another key than ${v3Key}`).digest('hex'))
    case 'otherEvent':
      return JSON.stringify({ ...notification, event_type: 'TRANSACTION.UNHEARD_OF' })
    case 'truncateEncrypted': {
      const { ciphertext } = notification.resource
      const half = ciphertext.slice(0, Math.floor(ciphertext.length / 8) * 4)
      return JSON.stringify({ ...notification, resource: { ...notification.resource, ciphertext: half } })
    }
    case 'truncate':
      return body.slice(0, body.length / 2)
    case 'tamperSignature':
    case 'probeNotification':
    case 'expiredTimestamp':
    case 'unknownSerial':
      return body
  }
}

/** One fen less than was paid, or than was given back. */
function lessOne(content: JsonObject): JsonObject {
  const amount = isObject(content.amount) ? content.amount : {}
  const [all, payer] = 'refund' in amount ? ['refund', 'payer_refund'] : ['total', 'payer_total']
  return { ...amount, [all]: numberAt(amount, all) - 1, [payer]: numberAt(amount, payer) - 1 }
}

function otherEnd(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
}

/** The name of a key that nobody has. */
function otherSerial(serial: string): string {
  return otherEnd(serial)
}

/** The code of a reply; null when there is none. */
function readCode(bytes: Uint8Array | null): string | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes ?? new Uint8Array()))
    return isObject(value) && typeof value.code === 'string' ? value.code : null
  } catch {
    return null
  }
}
