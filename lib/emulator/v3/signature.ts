import { createPublicKey } from 'node:crypto'
import { shownText } from '@/lib/wechat/v3/explain/explain'
import type { KnownKey } from '@/lib/wechat/v3/explain/keys'
import { explainRequest } from '@/lib/wechat/v3/explain/signed'
import type { CallExplanation, Sentence } from '../explanation'
import type { MerchantKeys } from '../keys'
import type { IncomingCall } from '../protocol'
import type { WeChat } from '../wechat'

/** Explains what is wrong with how a call is signed, as far as the keys that are known here can tell. */
export function explainCallSignature(
  wechat: WeChat,
  { method, target, headers, bytes: body }: IncomingCall,
  { keys, field, rule }: { keys: MerchantKeys | null; field: string; rule: Sentence },
): CallExplanation {
  const others = wechat.accounts
    .map((it) => wechat.keys.find(it.mchId))
    .filter((it) => it !== null)
    .filter((it) => it !== keys)
  const request = { method, target, headers: Object.fromEntries(headers), body }
  const { isRight, finding, text } = explainRequest(request, {
    merchant: keys === null ? null : merchantKey(keys, 'merchant'),
    platform: keys === null ? [] : platformKeys(keys),
    others: others.map((it) => merchantKey(it, 'other')),
  })
  // What is signed as it should be is refused for something else.
  if (isRight) return { problem: 'signature', field, rule }
  const yourText = finding?.bytes ?? null
  return {
    problem: 'signature',
    field,
    rule,
    signature: {
      signType: 'RSA',
      text: text === null ? '' : shownText(text, []),
      cause: finding?.cause ?? null,
      field: finding?.field ?? null,
      yourText:
        yourText === null || Buffer.from(yourText).equals(text ?? Buffer.from('')) ? null : shownText(yourText, []),
    },
  }
}

function merchantKey({ record, merchantKey: key }: MerchantKeys, owner: 'merchant' | 'other'): KnownKey {
  return { owner, kind: 'certificate', serial: record.serial, key }
}

function platformKeys({ publicKey, platform }: MerchantKeys): KnownKey[] {
  return [
    { owner: 'platform', kind: 'public_key', serial: publicKey.serial, key: createPublicKey(publicKey.key) },
    ...platform.map(
      ({ serial, certificate }): KnownKey => ({
        owner: 'platform',
        kind: 'certificate',
        serial,
        key: certificate.publicKey,
      }),
    ),
  ]
}
