import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { KEY_MAKER } from '@/lib/emulator/new-keys'
import { readCertificate } from '@/lib/wechat/certificate'
import { isSignedWith, sign } from '@/lib/wechat/v3/sign'

// The only test that makes keys: it takes as long as RSA takes.
test('keys of a merchant are whole: pairs that fit, certificates that hold, a file that opens', async () => {
  const now = Date.UTC(2026, 0, 5)
  const { v3Key, merchant, p12, wechat, platform } = await KEY_MAKER.merchantKeys('1900000109', now)
  expect(v3Key).toMatch(/^[0-9A-Za-z]{32}$/)
  expect(wechat.publicKeyId).toMatch(/^PUB_KEY_ID_\d{28}$/)
  const text = Buffer.from('龙井茶')
  const signature = sign(text, createPrivateKey(wechat.privateKey))
  expect(isSignedWith(text, signature, createPublicKey(wechat.publicKey))).toBe(true)
  for (const { privateKey, certificate, serial } of [merchant, platform]) {
    const read = new X509Certificate(certificate)
    expect(serial).toMatch(/^[0-9A-F]{40}$/)
    expect(read.serialNumber).toBe(serial)
    expect(read.checkPrivateKey(createPrivateKey(privateKey))).toBe(true)
    expect(read.verify(read.publicKey)).toBe(true)
    expect(Date.parse(read.validFrom) < now && Date.parse(read.validTo) > now + 4 * 365 * 24 * 3_600_000).toBe(true)
  }
  const opened = readCertificate(Buffer.from(p12, 'base64'), '1900000109')
  expect(opened).toMatchObject({ ok: true, certificate: { mchId: '1900000109' } })
})
