import { createPrivateKey, createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { appParameters, jsapiParameters } from '@/lib/wechat/v3/invocation'
import { isSignedWith } from '@/lib/wechat/v3/sign'
import published from '@/public/second-signatures-v3.json'

const KEYS: Record<string, { private_key: string; public_key: string }> = published.keys

test.each(published.vectors)('the published vector $id is what the shop signs', ({ channel, given, ...expected }) => {
  const pair = KEYS[given.private_key]
  if (pair === undefined) throw new Error(`no key ${given.private_key}`)
  const moment = { now: Number(given.seconds) * 1_000 + 999, nonce: given.nonce }
  const { appid, mch_id: mchId, prepay_id: prepayId } = given
  const signing = { ...moment, privateKey: createPrivateKey(pair.private_key) }
  const parameters: Record<string, string> =
    channel === 'app'
      ? appParameters({ appid, mchId, prepayId }, signing)
      : jsapiParameters({ appid, prepayId }, signing)
  expect(parameters).toEqual(expected.parameters)

  // A device that has the public key can tell that the signature is right, and a usual mistake is not.
  const key = createPublicKey(pair.public_key)
  const signature = parameters.sign ?? parameters.paySign ?? ''
  expect(isSignedWith(Buffer.from(expected.text_to_sign), signature, key)).toBe(true)
  for (const mistake of Object.values(expected.mistakes)) {
    expect(isSignedWith(Buffer.from(expected.text_to_sign), mistake, key)).toBe(false)
  }
})
