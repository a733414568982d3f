import { readFileSync } from 'node:fs'
import { type CertificateProblem, type MerchantCertificate, readCertificate, termOf } from './wechat/certificate'

export type CertificateFile = { certificate: MerchantCertificate | null; problems: string[] }

const FILE = 'WXPAY_CERT_FILE'
const WORDS: Record<CertificateProblem, string> = {
  other_format: `${FILE} is neither a p12 file nor PEM`,
  wrong_password: `WXPAY_CERT_PASSWORD must be the one of ${FILE}; WeChat's own files open with the merchant number`,
  no_certificate: `${FILE} must have the certificate in it, not only the private key`,
  no_private_key: `${FILE} must have the private key in it too; as PEM, certificate and key stand one after the other`,
  other_key: `${FILE} must have a certificate and a private key that belong together`,
}

/** Reads the merchant's certificate as the settings name it, or says in a sentence why it is of no use. */
export function readCertificateFile(
  { path, password, mchId }: { path: string; password: string; mchId: string },
  now: number,
): CertificateFile {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no file'
    return refuse(`${FILE} must be a file that can be read (${code})`)
  }
  const read = readCertificate(bytes, password)
  if (!read.ok) return refuse(WORDS[read.reason])
  const { certificate } = read
  if (certificate.mchId !== mchId) {
    return refuse(`${FILE} is the certificate of ${certificate.mchId ?? 'nobody'}, not of WXPAY_MCHID ${mchId}`)
  }
  if (now < certificate.startsAt) return refuse(`${FILE} is valid only from ${dayOf(certificate.startsAt)} on`)
  if (termOf(certificate, now) === 'expired') {
    return refuse(
      `${FILE} is of no use since it expired on ${dayOf(certificate.endsAt)}; ${RENEWAL}, or start without it and without refunds`,
    )
  }
  return { certificate, problems: [] }
}

const RENEWAL = 'a new one is made in the merchant console (account center, API security)'

/** What the operator is told in the last month. */
export function warningAboutTerm(certificate: Pick<MerchantCertificate, 'endsAt'> | null, now: number): string | null {
  if (certificate === null || termOf(certificate, now) === null) return null
  return `${FILE} expires on ${dayOf(certificate.endsAt)}, and refunds end with it; ${RENEWAL}`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function refuse(problem: string): CertificateFile {
  return { certificate: null, problems: [problem] }
}
