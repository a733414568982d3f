import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { MerchantCertificate } from './wechat/certificate'
import { DEMO_ACCOUNT } from './wechat/demo-account'

/** The variables of API v3. */
export type V3Variables = {
  PAYMENTS?: 'emulator' | 'wechat' | undefined
  WXPAY_API_VERSION: 'v2' | 'v3'
  WXPAY_V3_KEY?: string | undefined
  WXPAY_PRIVATE_KEY_FILE?: string | undefined
  WXPAY_CERT_SERIAL?: string | undefined
  WXPAY_PUBLIC_KEY_ID?: string | undefined
  WXPAY_PUBLIC_KEY_FILE?: string | undefined
}

/** What they come to. */
export type V3Keys = {
  v3Key: string
  serial: string
  privateKey: KeyObject
  /** WeChat Pay's; null for a merchant who has platform certificates. */
  publicKey: { id: string; key: KeyObject } | null
}

const OWN = ['WXPAY_V3_KEY', 'WXPAY_PRIVATE_KEY_FILE', 'WXPAY_CERT_SERIAL'] as const
const WECHATS = ['WXPAY_PUBLIC_KEY_ID', 'WXPAY_PUBLIC_KEY_FILE'] as const

type Read<T> = { ok: true; value: T } | { ok: false; problem: string }

/** The keys of API v3 as the settings name them, or what is wrong with them, each in one sentence; null when there are none. */
export function readV3Keys(
  env: V3Variables,
  certificate: MerchantCertificate | null,
): { keys: V3Keys | null; problems: string[] } {
  const problems = missing(env)
  if (env.PAYMENTS === 'wechat' && env.WXPAY_V3_KEY === DEMO_ACCOUNT.apiKey) {
    problems.push("WXPAY_V3_KEY is the public demo account's and is refused when PAYMENTS=wechat")
  }
  const own = env.WXPAY_PRIVATE_KEY_FILE === undefined ? null : readPrivateKey(env.WXPAY_PRIVATE_KEY_FILE)
  const wechats = env.WXPAY_PUBLIC_KEY_FILE === undefined ? null : readPublicKey(env.WXPAY_PUBLIC_KEY_FILE)
  for (const read of [own, wechats]) if (read !== null && !read.ok) problems.push(read.problem)
  const privateKey = own?.ok ? own.value : null
  const publicKey = wechats?.ok ? wechats.value : null
  problems.push(...mismatches(env, { privateKey, publicKey, certificate }))
  const { WXPAY_V3_KEY: v3Key, WXPAY_CERT_SERIAL: serial, WXPAY_PUBLIC_KEY_ID: id } = env
  if (problems.length > 0 || v3Key === undefined || serial === undefined || privateKey === null) {
    return { keys: null, problems }
  }
  const given = id === undefined || publicKey === null ? null : { id, key: publicKey }
  return { keys: { v3Key, serial: serial.toUpperCase(), privateKey, publicKey: given }, problems: [] }
}

/** Those of a kind are there together, or not at all. */
function missing(env: V3Variables): string[] {
  const isGiven = (name: (typeof OWN)[number] | (typeof WECHATS)[number]) => env[name] !== undefined
  const isNeeded = env.WXPAY_API_VERSION === 'v3' && env.PAYMENTS === 'wechat'
  const why = isNeeded ? 'when WXPAY_API_VERSION=v3' : `too: API v3 needs ${OWN.join(', ')} together`
  const isAnyGiven = isNeeded || OWN.some(isGiven) || WECHATS.some(isGiven)
  const ofOwn = isAnyGiven ? OWN.filter((name) => !isGiven(name)) : []
  const ofWeChats = WECHATS.some(isGiven) ? WECHATS.filter((name) => !isGiven(name)) : []
  return [
    ...ofOwn.map((name) => `${name} must be set ${why}`),
    ...ofWeChats.map((name) => `${name} must be set too: id and file of WeChat Pay's public key belong together`),
  ]
}

/** What does not belong together, though each by itself is right. */
function mismatches(
  { WXPAY_CERT_SERIAL: serial }: V3Variables,
  {
    privateKey,
    publicKey,
    certificate,
  }: { privateKey: KeyObject | null; publicKey: KeyObject | null; certificate: MerchantCertificate | null },
): string[] {
  const problems: string[] = []
  if (certificate !== null && serial !== undefined && certificate.serial !== serial.toUpperCase()) {
    problems.push(`WXPAY_CERT_SERIAL is not the serial of the certificate in WXPAY_CERT_FILE, ${certificate.serial}`)
  }
  const isOwnCertificates = () =>
    privateKey && new X509Certificate(certificate?.chain ?? '').checkPrivateKey(privateKey)
  if (certificate !== null && privateKey !== null && !isOwnCertificates()) {
    problems.push('WXPAY_PRIVATE_KEY_FILE is not the private key of the certificate in WXPAY_CERT_FILE')
  }
  if (privateKey !== null && publicKey !== null && createPublicKey(privateKey).equals(publicKey)) {
    problems.push("WXPAY_PUBLIC_KEY_FILE is the merchant's own public key; it has to be WeChat Pay's (pub_key.pem)")
  }
  return problems
}

function readPrivateKey(path: string): Read<KeyObject> {
  const name = 'WXPAY_PRIVATE_KEY_FILE'
  return readKey(name, path, (pem) => {
    if (/ENCRYPTED/.test(pem)) return `${name} must not be encrypted: WeChat's apiclient_key.pem is not`
    if (!/-----BEGIN (RSA )?PRIVATE KEY-----/.test(pem)) {
      return `${name} must have the merchant's private key in it, as PEM (apiclient_key.pem)`
    }
    return createPrivateKey(pem)
  })
}

function readPublicKey(path: string): Read<KeyObject> {
  const name = 'WXPAY_PUBLIC_KEY_FILE'
  return readKey(name, path, (pem) => {
    if (pem.includes('PRIVATE KEY')) return `${name} must not be a private key: it is WeChat Pay's (pub_key.pem)`
    if (pem.includes('BEGIN CERTIFICATE'))
      return `${name} is a certificate; it has to be WeChat Pay's key (pub_key.pem)`
    if (!pem.includes('-----BEGIN PUBLIC KEY-----')) {
      return `${name} must have WeChat Pay's public key in it, as PEM (pub_key.pem)`
    }
    return createPublicKey(pem)
  })
}

function readKey(name: string, path: string, parse: (pem: string) => KeyObject | string): Read<KeyObject> {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no file'
    return { ok: false, problem: `${name} must be a file that can be read (${code})` }
  }
  try {
    const key = parse(pem)
    if (typeof key === 'string') return { ok: false, problem: key }
    const isRight = key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 2048
    return isRight ? { ok: true, value: key } : { ok: false, problem: `${name} must be an RSA key of 2048 bits` }
  } catch {
    return { ok: false, problem: `${name} is damaged: its PEM cannot be read` }
  }
}
