import 'reflect-metadata'
import { randomBytes, randomInt } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'
import forge from 'node-forge'
import type { CertifiedPair, KeyMaker } from './public'
import { newPair, RSA } from './rsa'

const DAY = 24 * 60 * 60_000
/** As long as real ones of both kinds. */
const VALID_MS = 5 * 365 * DAY
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export const KEY_MAKER: KeyMaker = {
  merchantKeys: async (mchId, now) => {
    const [merchant, platform, wechat] = await Promise.all([
      newCertifiedPair(`CN=${escapeName(mchId)}, OU=WeChat Pay emulator, O=微信商户系统, L=Shenzhen, C=CN`, now),
      newPlatformCertificate(now),
      newPair(),
    ])
    const publicKeyId = `PUB_KEY_ID_${characters('0123456789', 28)}`
    return {
      v3Key: characters(LETTERS, 32),
      merchant,
      p12: packP12(merchant, mchId),
      wechat: { publicKeyId, publicKey: wechat.publicKey, privateKey: wechat.privateKey },
      platform,
    }
  },
  platformCertificate: newPlatformCertificate,
}

function newPlatformCertificate(now: number): Promise<CertifiedPair> {
  return newCertifiedPair('CN=Tenpay.com sign, OU=Tenpay.com CA Center, O=Tenpay.com, L=Shenzhen, C=CN', now)
}

/** The real ones hang on a chain to Tenpay's root, which nobody here could sign for: these vouch for themselves. */
async function newCertifiedPair(name: string, now: number): Promise<CertifiedPair> {
  const pair = await newPair()
  const serial = newSerial()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name,
    // Clocks differ.
    notBefore: new Date(now - DAY),
    notAfter: new Date(now - DAY + VALID_MS),
    signingAlgorithm: RSA,
    keys: pair.keys,
  })
  return { privateKey: pair.privateKey, certificate: `${certificate.toString('pem')}\n`, serial }
}

/** 40 hexadecimal digits, as WeChat's are; the first one keeps the number positive and of full length. */
function newSerial(): string {
  return `5${randomBytes(20).toString('hex').slice(1)}`.toUpperCase()
}

function packP12({ privateKey, certificate }: CertifiedPair, password: string): string {
  const key = forge.pki.privateKeyFromPem(privateKey)
  const packed = forge.pkcs12.toPkcs12Asn1(key, [forge.pki.certificateFromPem(certificate)], password, {
    algorithm: '3des',
    friendlyName: 'Tenpay Certificate',
  })
  return forge.util.encode64(forge.asn1.toDer(packed).getBytes())
}

function characters(from: string, length: number): string {
  return Array.from({ length }, () => from[randomInt(from.length)]).join('')
}

/** In a name these separate its parts (RFC 4514). */
function escapeName(text: string): string {
  return text.replace(/[,+"\\<>;=#\s]/g, (it) => `\\${it}`)
}
