import { createPrivateKey, X509Certificate } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { seal } from '@/lib/wechat/v3/cipher'
import { NUMBER, paymentOf } from '../wire'
import { DEMO_KEYS, FIXED_KEYS } from './keys'
import { ACCOUNT, NOW, openWire, PUBLIC_KEY_ID, refusal, SIGNERS, signedAnswer, V3_KEY } from './wire'

const HOUR = 3600_000
const UNPAID = { appid: ACCOUNT.appid, mchid: ACCOUNT.mchId, out_trade_no: NUMBER, trade_state: 'NOTPAY' }
const DOWNLOAD = '/v3/certificates'

const first = DEMO_KEYS.platform
type Pair = typeof first
let second: Pair
beforeAll(async () => {
  second = await FIXED_KEYS.platformCertificate(NOW)
})
const signerOf = ({ serial, privateKey }: Pair) => ({ serial, privateKey: createPrivateKey(privateKey) })

/** What WeChat answers when certificates are downloaded. */
function listed(
  pairs: Pair[],
  { key = V3_KEY, signer = pairs[0], serial }: { key?: string; signer?: Pair | undefined; serial?: string } = {},
) {
  const data = pairs.map((it) => {
    const { nonce, ciphertext } = seal(it.certificate, { nonce: '61f9c719728a', associatedData: 'certificate' }, key)
    const encrypted = { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: 'certificate', ciphertext }
    return {
      ...{
        serial_no: serial ?? it.serial,
        effective_time: '2025-01-01T00:00:00+08:00',
        expire_time: '2030-01-01T00:00:00+08:00',
      },
      encrypt_certificate: encrypted,
    }
  })
  return signedAnswer({ data }, 200, signer && signerOf(signer))
}

/** A shop without a public key, and a WeChat that signs with one of its certificates. */
function shop(download: () => Response, signs: () => Pair = () => first) {
  const clock = { now: NOW }
  const account = { ...ACCOUNT, publicKeyId: null }
  const wire = openWire(
    ({ target }) => (target === DOWNLOAD ? download() : signedAnswer(UNPAID, 200, signerOf(signs()), clock.now)),
    {
      account,
      publicKey: null,
      now: () => clock.now,
    },
  )
  const query = async () => (await wire.gateway.query(paymentOf(wire.gateway))).type
  const downloads = () => wire.requests.filter(({ target }) => target === DOWNLOAD).length
  return { ...wire, clock, query, downloads }
}

test('the first answer brings the certificates, which the v3 key vouches for; later ones are verified at once', async () => {
  const { query, downloads, requests, calls } = shop(() => listed([first]))
  expect([await query(), await query()]).toEqual(['unpaid', 'unpaid'])
  expect(downloads()).toBe(1)
  expect(requests[0]?.headers.get('wechatpay-serial')).toBeNull()
  expect(calls).toContainEqual(
    expect.objectContaining({ path: DOWNLOAD, outcome: 'SUCCESS', answer: { serials: [first.serial] } }),
  )
})

test('two certificates are valid at once, and the next one is asked for when WeChat begins to sign with it', async () => {
  let signer = first
  let all = [first]
  const { query, downloads, clock } = shop(
    () => listed(all, { signer }),
    () => signer,
  )
  expect(await query()).toBe('unpaid')
  all = [first, second]
  signer = second
  // A minute has to pass, so that strangers cannot make us ask.
  expect(await query()).toBe('unknown')
  clock.now += 60_000
  expect(await query()).toBe('unpaid')
  signer = first
  expect(await query()).toBe('unpaid')
  expect(downloads()).toBe(2)
})

test.each([
  ['with another v3 key', () => listed([first], { key: V3_KEY.toLowerCase() })],
  ['under another serial', () => listed([first], { serial: second.serial })],
  ['signed by somebody else', () => listed([first], { signer: { ...second, serial: first.serial } })],
  ['signed with a serial that is not among them', () => listed([first], { signer: second })],
  ['without any', () => signedAnswer({ data: [] }, 200, signerOf(first))],
  ['unsigned', () => new Response(JSON.stringify({ data: [] }))],
  ['that are none', () => listed([{ ...first, certificate: 'no certificate' }])],
  ['that are refused', () => refusal(404, 'RESOURCE_NOT_EXISTS')],
])('certificates %s are not believed', async (_, download) => {
  const { query, keys } = shop(download)
  expect(await query()).toBe('unknown')
  expect(keys.all()).toEqual([])
})

test('certificates are renewed after eleven hours, whether anything comes in or not', async () => {
  const { gateway, downloads, clock, keys } = shop(() => listed([first]))
  await gateway.keepFresh()
  await gateway.keepFresh()
  expect(downloads()).toBe(1)
  clock.now += 11 * HOUR
  // The answer is as old as the clock was.
  await gateway.keepFresh()
  expect(downloads()).toBe(2)
  expect(keys.all()).toHaveLength(1)
})

test('while the download fails it is tried once a minute, and what is known stays', async () => {
  let isDown = true
  const { gateway, downloads, clock, query } = shop(() => (isDown ? refusal(500, 'SYSTEM_ERROR') : listed([first])))
  for (let n = 0; n < 5; n += 1) await gateway.keepFresh()
  expect(downloads()).toBe(1)
  isDown = false
  clock.now += 60_000
  await gateway.keepFresh()
  expect(downloads()).toBe(2)
  expect(await query()).toBe('unpaid')
})

test('an expired certificate is named as such, and signs nothing any more', async () => {
  const { keys, query, clock } = shop(() => listed([first]))
  expect(await query()).toBe('unpaid')
  clock.now = Date.parse(new X509Certificate(first.certificate).validTo)
  expect(keys.find(first.serial)).toEqual({ ok: false, reason: 'certificate_expired' })
  expect(await query()).toBe('unknown')
})

test('with the public key nothing is downloaded, until a message names a certificate', async () => {
  const wire = openWire(({ target }) => (target === DOWNLOAD ? listed([first]) : signedAnswer(UNPAID)))
  await wire.gateway.keepFresh()
  expect((await wire.gateway.query(paymentOf(wire.gateway))).type).toBe('unpaid')
  expect(wire.requests).toHaveLength(1)
  expect((await wire.keys.get(first.serial)).ok).toBe(true)
  expect((await wire.keys.get(`${PUBLIC_KEY_ID}9`)).ok).toBe(false)
  expect((await wire.keys.get('../../etc')).ok).toBe(false)
  expect(wire.requests).toHaveLength(2)
  expect(wire.keys.all().map(({ serial }) => serial)).toEqual([SIGNERS.publicKey.serial, first.serial])
})
