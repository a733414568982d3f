import { z } from 'zod'
import type { VerifiedNotification } from '@/lib/shop/gateway'
import type { Check, NotificationKind, ReceivedMessage } from '@/lib/shop/notification'
import type { MerchantAccount } from './call'
import { open } from './cipher'
import { firstField, type Json, type ReadMessage, readMessage } from './json'
import type { WeChatKeys } from './keys'
import { type Claimed, check, checkHeaders, checkSignature } from './message'
import { readRefundNotice } from './refund-notification'
import { sealing } from './sealed'
import { readTrade } from './trade'

/** What is read of the outer message. `event_type` says what is sealed, and may be a new one. */
const envelope = z.object({
  id: z.string().min(1).max(36),
  event_type: z.string().regex(/^[A-Z][A-Z0-9_.]{0,63}$/),
  resource_type: z.literal('encrypt-resource'),
  resource: z.object({ original_type: z.string().max(64).optional() }).loose(),
})

const PAID = 'TRANSACTION.SUCCESS'
/** What each event of a refund says that became of it. */
const REFUND_EVENTS: ReadonlyMap<string, string> = new Map([
  ['REFUND.SUCCESS', 'SUCCESS'],
  ['REFUND.ABNORMAL', 'ABNORMAL'],
  ['REFUND.CLOSED', 'CLOSED'],
])

type Envelope = z.infer<typeof envelope>
type Reading =
  | { ok: false; check: 'well_formed' | 'event'; problem: string }
  /** `inner` is null when what is sealed does not open with the key of this account. */
  | { ok: true; envelope: Envelope; inner: ReadMessage | null; problem: string | null }

const readings = new WeakMap<Uint8Array, Reading>()

/** A message is looked at twice, for its proof first and then for all the rest; it is taken apart once. */
function readOnce(body: Uint8Array, account: MerchantAccount): Reading {
  const known = readings.get(body)
  if (known !== undefined) return known
  const read = take(body, account)
  readings.set(body, read)
  return read
}

function take(body: Uint8Array, { v3Key }: MerchantAccount): Reading {
  const read = readMessage(body)
  if (!read.ok) return { ok: false, check: 'well_formed', problem: read.reason }
  const outer = envelope.safeParse(read.json)
  if (!outer.success) return { ok: false, check: 'event', problem: firstField(outer.error) }
  const sealed = sealing.safeParse(outer.data.resource)
  if (!sealed.success) {
    return { ok: true, envelope: outer.data, inner: null, problem: `resource.${firstField(sealed.error)}` }
  }
  const plain = open(sealed.data, v3Key)
  return { ok: true, envelope: outer.data, inner: plain && readMessage(plain), problem: null }
}

/** Header of a message in the log; names are lower case there. */
const headerOf = ({ headers }: ReceivedMessage) => {
  return (name: string) => (Object.hasOwn(headers, name) ? (headers[name] ?? null) : null)
}

/**
 * What proves that a message for this account was made by WeChat: its signature, when it is fresh, right by a key that is here, and what is sealed in it
 * opens. The last is no luxury: WeChat signs for every merchant with the same certificate, and any of them could send us theirs.
 */
export function proofOf(
  account: MerchantAccount,
  keys: Pick<WeChatKeys, 'find'>,
  message: ReceivedMessage,
): string | null {
  const { claimed } = checkHeaders(headerOf(message), message.receivedAt)
  if (claimed === null) return null
  const isSigned = checkSignature(claimed, message.body, keys.find(claimed.serial)).every(({ passed }) => passed)
  if (!isSigned) return null
  const read = readOnce(message.body, account)
  return read.ok && read.inner !== null ? claimed.signature : null
}

/**
 * Reads a notification and checks what can be checked without knowing orders, in the order in which WeChat's documentation wants it: headers, time,
 * whose key, signature, and only then form, encryption, account and content. What is not signed is never opened for its content.
 */
export async function verifyNotification(
  account: MerchantAccount,
  keys: Pick<WeChatKeys, 'get'>,
  message: ReceivedMessage,
): Promise<VerifiedNotification> {
  const { body } = message
  const { checks, claimed } = checkHeaders(headerOf(message), message.receivedAt)
  const isLate = checks.some(({ name, passed }) => name === 'window' && !passed)
  const texts = { ...NOTHING, ...signatureTexts(message, claimed) }
  if (claimed === null) return { ...texts, checks, authentic: false, verdict: isLate ? 'expired' : 'bad_signature' }
  checks.push(...checkSignature(claimed, body, await keys.get(claimed.serial)))
  if (checks.some(({ passed }) => !passed)) return { ...texts, checks, authentic: false, verdict: 'bad_signature' }
  return verifyContent(account, body, { ...texts, checks })
}

type Texts = Omit<VerifiedNotification, 'authentic' | 'verdict' | 'event'>

const NOTHING = {
  kind: null,
  outTradeNo: null,
  transactionId: null,
  outRefundNo: null,
  claimedFen: null,
  // It takes WeChat's private key to tell the right signature of a wrong message.
  expectedSign: null,
}

/** A signature has 344 characters. */
const SIGN_SHOWN_MAX = 344

/** The signed text is the message itself behind two lines; what is no clean text is kept as bytes alone. */
function signatureTexts({ body, ...message }: ReceivedMessage, claimed: Claimed | null) {
  const read = claimed === null ? null : readMessage(body)
  const isText = read?.ok === true || (read !== null && read.reason !== 'not_utf8' && read.reason !== 'odd_text')
  const text = Buffer.from(body).toString('utf8')
  const isClean = isText && !text.includes('\0')
  return {
    signedText: claimed !== null && isClean ? `${claimed.timestamp}\n${claimed.nonce}\n${text}\n` : null,
    receivedSign: headerOf({ body, ...message })('wechatpay-signature')?.slice(0, SIGN_SHOWN_MAX) || null,
  }
}

/** Goes on with a message that WeChat signed. */
function verifyContent(account: MerchantAccount, body: Uint8Array, texts: Texts): VerifiedNotification {
  const read = readOnce(body, account)
  const { checks } = texts
  const refuse = (verdict: 'malformed' | 'undecryptable' | 'not_ours', ...failed: Check[]): VerifiedNotification => {
    return { ...texts, checks: [...checks, ...failed], authentic: false, verdict }
  }
  if (!read.ok && read.check === 'well_formed') return refuse('malformed', check('well_formed', false, read.problem))
  checks.push(check('well_formed', true))
  if (!read.ok) return refuse('malformed', check('event', false, read.problem))
  const { event_type: name } = read.envelope
  checks.push(check('event', true, name))
  texts.kind = kindOf(name)
  if (read.problem !== null) return refuse('malformed', check('decrypts', false, read.problem))
  const { inner } = read
  if (inner === null) return refuse('undecryptable', check('decrypts', false))
  checks.push(check('decrypts', true), check('inner_well_formed', inner.ok, inner.ok ? null : inner.reason))
  if (!inner.ok) return refuse('malformed')
  return verifyEvent(account, name, inner.json, { ...texts, ...numbersOf(inner.json, texts.kind) })
}

function kindOf(name: string): NotificationKind | null {
  if (name === PAID) return 'payment'
  return REFUND_EVENTS.has(name) ? 'refund' : null
}

/** What a message tells of, once it has been opened. */
function verifyEvent(account: MerchantAccount, name: string, json: Json, texts: Texts): VerifiedNotification {
  const { checks } = texts
  const refuse = (verdict: 'malformed' | 'not_ours'): VerifiedNotification => {
    return { ...texts, authentic: false, verdict }
  }
  // A refund names no appid; an event that is new may name neither.
  const isOurs =
    (json.mchid === account.mchId || (texts.kind === null && json.mchid === undefined)) &&
    (json.appid === account.appid || (texts.kind !== 'payment' && json.appid === undefined))
  checks.push(check('account', isOurs))
  if (!isOurs) return refuse('not_ours')
  if (texts.kind === null) return { ...texts, authentic: true, event: { type: 'other', name } }
  if (texts.kind === 'refund') {
    const read = readRefundNotice(json, REFUND_EVENTS.get(name) ?? '')
    checks.push(check('complete', read.ok, read.ok ? null : read.field))
    return read.ok ? { ...texts, authentic: true, event: { type: 'refund', found: read.refund } } : refuse('malformed')
  }
  const isPaid = json.trade_state === 'SUCCESS'
  const read = isPaid ? readTrade(json) : ({ ok: false, field: 'trade_state' } as const)
  checks.push(check('complete', read.ok, read.ok ? null : read.field))
  return read.ok ? { ...texts, authentic: true, event: { type: 'paid', trade: read.trade } } : refuse('malformed')
}

const numbers = z.object({
  out_trade_no: z.string().min(1).max(32).nullable().catch(null),
  transaction_id: z.string().min(1).max(32).nullable().catch(null),
  out_refund_no: z.string().min(1).max(64).nullable().catch(null),
  amount: z
    .object({
      total: z.number().int().min(0).nullable().catch(null),
      refund: z.number().int().min(0).nullable().catch(null),
    })
    .catch({ total: null, refund: null }),
})

/** By what the message can be found in the log. Anything longer than a number is none, and cut short it might be another one's. */
function numbersOf(json: Json, kind: NotificationKind | null) {
  const { out_trade_no: outTradeNo, transaction_id: transactionId, out_refund_no, amount } = numbers.parse(json)
  const isRefund = kind === 'refund'
  const claimedFen = isRefund ? amount.refund : amount.total
  return { outTradeNo, transactionId, outRefundNo: isRefund ? out_refund_no : null, claimedFen }
}
