import { z } from 'zod'
import type { FindSignType, MessageExplanation, SignatureMistake, UnverifiedMessage } from '@/lib/shop/gateway'
import { masked } from '../../shown'
import type { MerchantAccount } from '../call'
import { SIGN_SHOWN_MAX } from '../notification'
import { isRefundNotice } from '../refund-notification'
import { type Fields, isSignedWith, isSignType, maskedTextToSign } from '../sign'
import { readXml, type XmlProblem } from '../xml'
import { readCutXml } from './cut'
import { explainSign, hideKeys, SAMPLE_KEY } from './explain'
import { readGbk } from './gbk'
import { explainSealed } from './sealed'

/** As much as the notify URL takes. */
const BODY_BYTES_MAX = 64 * 1024
/** Fields that name a person. */
const PERSONS = new Set(['openid', 'sub_openid'])

/** Takes a message apart for people: the same reading, and for a wrong signature what its sender did. */
export async function explainNotification(
  account: MerchantAccount,
  { headers, body }: UnverifiedMessage,
  signTypeOf: FindSignType,
): Promise<MessageExplanation> {
  if (body.byteLength > BODY_BYTES_MAX) return unreadable('too_large')
  const read = readXml(body)
  if (!read.ok) return explainBroken(account, { headers, body }, read.reason)
  const { fields } = read
  if (isRefundNotice(fields)) return explainRefundNotice(account, fields)
  const explanation = explainFields(account, fields)
  const expected =
    (await signTypeOf({ outTradeNo: fields.out_trade_no ?? '', transactionId: null })) ?? account.signType
  if (!explanation.isRight || explanation.signType === expected) return explanation
  const mistake: SignatureMistake = { cause: 'unexpected_sign_type', field: 'sign_type', signedText: null }
  return { ...explanation, isRight: false, mistake }
}

/** A message that is not read may have been cut on its way, or be right but for its encoding. */
function explainBroken(
  account: MerchantAccount,
  { headers, body }: Pick<UnverifiedMessage, 'headers' | 'body'>,
  problem: XmlProblem,
): MessageExplanation {
  if (isOfV3(body)) {
    const mistake: SignatureMistake = { cause: 'v3_message', field: null, signedText: null }
    return { ...unreadable(problem), mistake }
  }
  const cut = readCutXml(body)
  if (cut !== null) {
    const mistake: SignatureMistake = { cause: 'truncated_body', field: null, signedText: null }
    return { ...explainFields(account, cut), problem, signedText: null, isRight: false, mistake }
  }
  const text = problem === 'not_utf8' ? (readDeclared(headers['content-type'] ?? '', body) ?? readGbk(body)) : null
  const read = readXml(new TextEncoder().encode(text?.replace(/^<\?xml [^>]*\?>/, '')))
  if (!read.ok) return unreadable(problem)
  const explanation = explainFields(account, read.fields)
  const mistake: SignatureMistake = { cause: 'charset_changed', field: null, signedText: explanation.signedText }
  return { ...explanation, problem, isRight: false, mistake: explanation.isRight ? mistake : explanation.mistake }
}

/** What API v3 sends is JSON with an encrypted resource, for payments and refunds alike. */
function isOfV3(body: Uint8Array): boolean {
  try {
    const said: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return v3Message.safeParse(said).success
  } catch {
    return false
  }
}

const v3Message = z.looseObject({ resource: z.looseObject({ ciphertext: z.string() }) })

/** So much of what is encrypted is shown as it came: it says nothing by itself. */
const SEALED_SHOWN_MAX = 64

/** Fields of the encrypted part have the field's name before theirs. */
function explainRefundNotice({ apiKey, previousApiKey }: MerchantAccount, fields: Fields): MessageExplanation {
  const keys = { current: apiKey, previous: previousApiKey }
  const { req_info: sealed = '' } = fields
  const { cause, problem, fields: inner } = explainSealed(sealed, { ...keys, sample: SAMPLE_KEY })
  const outer = Object.entries({ ...fields, req_info: cut(sealed) })
  const shown = [...outer, ...Object.entries(inner ?? {}).map(([name, value]) => [`req_info.${name}`, value] as const)]
  return {
    apiVersion: 'v2',
    problem,
    fields: shown.map(([name, value]) => [name, hideKeys(value, keys)]),
    isSealed: true,
    signType: 'MD5',
    signedText: null,
    receivedSign: null,
    isRight: problem === null,
    mistake: cause && { cause, field: 'req_info', signedText: null },
  }
}

function cut(text: string): string {
  return text.length > SEALED_SHOWN_MAX ? `${text.slice(0, SEALED_SHOWN_MAX)}…` : text
}

/** A text in the encoding that its sender declared; null when there is none, or the text is not in it. */
function readDeclared(contentType: string, body: Uint8Array): string | null {
  const charset = /;\s*charset="?([\w-]{1,40})/i.exec(contentType)?.[1]
  try {
    return charset === undefined ? null : new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return null
  }
}

function explainFields({ apiKey, previousApiKey }: MerchantAccount, fields: Fields): MessageExplanation {
  const keys = { current: apiKey, previous: previousApiKey }
  const signType = fields.sign_type || 'MD5'
  return {
    apiVersion: 'v2',
    problem: null,
    fields: Object.entries(fields).map(([name, value]) => [
      name,
      hideKeys(PERSONS.has(name) ? masked(value) : value, keys),
    ]),
    isSealed: false,
    signType: hideKeys(signType, keys),
    signedText: hideKeys(maskedTextToSign(fields), keys),
    receivedSign: fields.sign ? hideKeys(fields.sign.slice(0, SIGN_SHOWN_MAX), keys) : null,
    isRight: isSignType(signType) && isSignedWith(fields, apiKey, signType),
    mistake: explainSign(fields, keys),
  }
}

function unreadable(problem: string): MessageExplanation {
  const texts = { signType: 'MD5', signedText: null, receivedSign: null }
  return { apiVersion: 'v2', ...texts, problem, fields: [], isSealed: false, isRight: false, mistake: null }
}
