import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { ExplainedPasted, MessageExplanation, PastedMessage } from '@/lib/shop/gateway'
import { type Explainer, explainNotification, explanationOf } from './explanation'
import { type KnownKey, PUBLIC_KEY_ID } from './keys'
import { objectOf } from './sealed'
import {
  type Explained,
  explainInvocation,
  explainMessage,
  explainRequest,
  type HeaderValues,
  type KnownKeys,
  type SignedInvocation,
} from './signed'
import { utf8 } from './subject'

const HEADERS_MAX = 60

/**
 * Explains what somebody pasted: a request, an answer or notification, or a set for the phone. A public key or certificate
 * that was pasted too is the one that counts, and those that are known here are recognised.
 */
export function explainPasted(explainer: Explainer, pasted: PastedMessage): ExplainedPasted {
  if (/PRIVATE KEY-----/.test(pasted.publicKey)) return { ok: false, problem: 'private_key' }
  const given = pasted.publicKey.trim() === '' ? null : readKey(pasted.publicKey)
  if (given === null && pasted.publicKey.trim() !== '') return { ok: false, problem: 'not_a_public_key' }
  const { secrets } = explainer
  const headers = readHeaders(pasted.headers)
  const body = Buffer.from(pasted.body)
  if (pasted.kind === 'request') {
    const keys = given === null ? explainer.keys : withMerchant(explainer.keys, given, headers)
    const request = { method: pasted.method, target: targetOf(pasted.url), headers, body }
    return { ok: true, explanation: explanationOf(explainRequest(request, keys), secrets) }
  }
  if (pasted.kind === 'invocation') {
    const set = readSet(objectOf(pasted.body))
    if (set === null) return { ok: false, problem: 'no_json' }
    const keys = given === null ? explainer.keys : withMerchant(explainer.keys, given, headers)
    return { ok: true, explanation: explanationOf(explainInvocation(set, keys), secrets) }
  }
  const keys = given === null ? explainer.keys : withPlatform(explainer.keys, given, headers)
  const explanation = explainReceived({ ...explainer, keys }, headers, body)
  return { ok: true, explanation: given === null ? explanation : withOwnName(explanation, given, headers) }
}

/** An answer has nothing that is encrypted, and a notification always has. */
function explainReceived(explainer: Explainer, headers: HeaderValues, body: Uint8Array): MessageExplanation {
  const isNotification = objectOf(utf8(body) ?? '')?.resource !== undefined
  if (isNotification) return explainNotification(explainer, { headers, body })
  const explained: Explained = explainMessage({ headers, body }, explainer.keys, null)
  return explanationOf(explained, explainer.secrets)
}

type GivenKey = { key: KeyObject; serial: string | null }

/** A certificate or a public key, both as PEM; null when it is neither, or no key of RSA. */
function readKey(pem: string): GivenKey | null {
  try {
    if (/-----BEGIN CERTIFICATE-----/.test(pem)) {
      const { publicKey, serialNumber } = new X509Certificate(pem)
      return publicKey.asymmetricKeyType === 'rsa' ? { key: publicKey, serial: serialNumber } : null
    }
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'rsa' ? { key, serial: null } : null
  } catch {
    return null
  }
}

/** A public key has no serial of its own: then it is taken for the one that is named. */
function withMerchant(known: KnownKeys, { key, serial }: GivenKey, headers: HeaderValues): KnownKeys {
  const named = /serial_no="([^"]*)"/.exec(headers.authorization ?? '')?.[1] ?? ''
  const merchant: KnownKey = { owner: 'merchant', kind: 'certificate', serial: serial ?? named, key }
  const own: KnownKey[] = known.merchant === null ? [] : [{ ...known.merchant, owner: 'other' }]
  return { ...known, merchant, others: [...(known.others ?? []), ...own] }
}

function withPlatform(known: KnownKeys, { key, serial }: GivenKey, headers: HeaderValues): KnownKeys {
  const named = headers['wechatpay-serial'] ?? ''
  const kind = serial === null ? 'public_key' : 'certificate'
  // It is to be tried whatever is named.
  return { ...known, platform: [{ owner: 'platform', kind, serial: named, key }, ...known.platform] }
}

/** A certificate has a serial of its own, which may not be the one that is named. */
function withOwnName(explanation: MessageExplanation, { serial }: GivenKey, headers: HeaderValues): MessageExplanation {
  const named = headers['wechatpay-serial'] ?? ''
  if (explanation.mistake !== null || serial === null || named === serial) return explanation
  const cause = named.startsWith(PUBLIC_KEY_ID) ? 'certificate_for_public_key' : 'wrong_serial'
  return { ...explanation, isRight: false, mistake: { cause, field: 'Wechatpay-Serial', signedText: null } }
}

/** Headers as they are copied out of a log: a line each, with or without the request line before them. */
function readHeaders(text: string): HeaderValues {
  const lines = text.split(/\r?\n/).slice(0, HEADERS_MAX)
  const pairs = lines.flatMap((line): [string, string][] => {
    const [, name, value] = /^\s*['"]?([\w-]+)['"]?\s*:\s*(.*?)\s*$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.replace(/^'(.*)',?$/, '$1')]]
  })
  return Object.fromEntries(pairs)
}

/** Path and query of an address as it was sent, character for character. */
function targetOf(url: string): string {
  return url.trim().replace(/^https?:\/\/[^/?]*/i, '')
}

/** The set for a phone by its names, in any capitals; an app is handed its prepay_id bare. */
function readSet(json: Record<string, unknown> | null): SignedInvocation | null {
  if (json === null) return null
  const texts = Object.entries(json).filter((it): it is [string, string] => typeof it[1] === 'string')
  const byName = new Map(texts.map(([name, value]) => [name.toLowerCase(), value]))
  const value = (name: string) => byName.get(name) ?? ''
  const prepayId = byName.get('prepayid')
  const signed = ['appid', 'timestamp', 'noncestr', 'sign', 'paysign', prepayId === undefined ? 'package' : 'prepayid']
  return {
    appid: value('appid'),
    timestamp: value('timestamp'),
    nonce: value('noncestr'),
    package: prepayId ?? value('package'),
    signature: byName.get('paysign') ?? value('sign'),
    others: Object.fromEntries(texts.filter(([name]) => !signed.includes(name.toLowerCase()))),
  }
}
