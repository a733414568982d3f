import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'

/** The merchant's certificate, which WeChat demands for refunds. */
export type MerchantCertificate = {
  /** PEM; its own comes first. */
  chain: string
  /** PEM, not encrypted. */
  privateKey: string
  /** Whose it is: WeChat writes the merchant number as the common name. */
  mchId: string | null
  /** Of its own, in capitals. */
  serial: string
  startsAt: number
  endsAt: number
}

const SOON_MS = 30 * 24 * 60 * 60_000

/** What somebody has to know of a certificate's time; null while there is enough of it. */
export function termOf({ endsAt }: Pick<MerchantCertificate, 'endsAt'>, now: number): 'ends_soon' | 'expired' | null {
  if (now >= endsAt) return 'expired'
  return now >= endsAt - SOON_MS ? 'ends_soon' : null
}

/** Why a file is not the merchant's certificate with its private key. */
export type CertificateProblem = 'other_format' | 'wrong_password' | 'no_certificate' | 'no_private_key' | 'other_key'

type Read = { ok: true; certificate: MerchantCertificate } | { ok: false; reason: CertificateProblem }
type Parts = { ok: true; certificates: X509Certificate[]; key: KeyObject } | { ok: false; reason: CertificateProblem }

/** The file as WeChat hands it out (`apiclient_cert.p12`), or certificate and private key as PEM one after the other. */
export function readCertificate(bytes: Uint8Array, password: string): Read {
  const text = Buffer.from(bytes).toString('latin1')
  const parts = text.includes('-----BEGIN ') ? readPem(text, password) : readP12(text, password)
  if (!parts.ok) return parts
  const { certificates, key } = parts
  const own = certificates.find((it) => it.checkPrivateKey(key))
  if (own === undefined) return refuse('other_key')
  const chain = [own, ...certificates.filter((it) => it !== own)]
  return {
    ok: true,
    certificate: {
      chain: chain.map(String).join(''),
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      mchId: /^CN=(.*)$/m.exec(own.subject)?.[1] ?? null,
      serial: own.serialNumber.toUpperCase(),
      startsAt: Date.parse(own.validFrom),
      endsAt: Date.parse(own.validTo),
    },
  }
}

function readPem(text: string, password: string): Parts {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g)]
  const certificates: X509Certificate[] = []
  for (const [block, label] of blocks) {
    if (label !== 'CERTIFICATE') continue
    try {
      certificates.push(new X509Certificate(block))
    } catch {
      return refuse('other_format')
    }
  }
  if (certificates.length === 0) return refuse('no_certificate')
  const [block] = blocks.find(([, it]) => it?.endsWith('PRIVATE KEY')) ?? []
  if (block === undefined) return refuse('no_private_key')
  try {
    return { ok: true, certificates, key: createPrivateKey({ key: block, passphrase: password }) }
  } catch {
    // In the label of newer files, in a line below it of older ones.
    return refuse(block.includes('ENCRYPTED') ? 'wrong_password' : 'other_format')
  }
}

/**
 * WeChat encrypts its files with RC2 of 40 bits, which OpenSSL 3, and so Node.js, takes no more ("Unsupported PKCS12 PFX
 * data"). So they are read here, old and new ones alike.
 */
function readP12(text: string, password: string): Parts {
  let file: forge.asn1.Asn1
  try {
    file = forge.asn1.fromDer(text)
  } catch {
    return refuse('other_format')
  }
  let p12: forge.pkcs12.Pkcs12Pfx
  try {
    p12 = forge.pkcs12.pkcs12FromAsn1(file, password)
  } catch (error) {
    return refuse(/password|MAC|decrypt/i.test(String(error)) ? 'wrong_password' : 'other_format')
  }
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids
  const bagsOf = (bagType = '') => p12.getBags({ bagType })[bagType] ?? []
  const certificates = bagsOf(certBag).flatMap(({ cert }) =>
    cert ? new X509Certificate(forge.pki.certificateToPem(cert)) : [],
  )
  if (certificates.length === 0) return refuse('no_certificate')
  const [key] = [...bagsOf(pkcs8ShroudedKeyBag), ...bagsOf(keyBag)].flatMap((bag) => bag.key ?? [])
  if (key === undefined) return refuse('no_private_key')
  return { ok: true, certificates, key: createPrivateKey(forge.pki.privateKeyToPem(key)) }
}

function refuse(reason: CertificateProblem): { ok: false; reason: CertificateProblem } {
  return { ok: false, reason }
}
