import type { ClientCertificate } from '../caller'
import type { CallExplanation, CallWarning, Sentence } from '../explanation'
import type { CallAnswer } from '../protocol'
import { refusalOfRefund } from './refund-refusals'

/** Nothing here sees a client certificate, and without one the real service does not even read the call. */
export const WANTS_CERTIFICATE: CallWarning = {
  field: 'apiclient_cert',
  rule: {
    zh: '真实的微信支付要求这里的 TLS 连接带商户的客户端证书，否则返回 HTTP 400',
    en: "the real service answers here only over TLS with the merchant's client certificate, and else with HTTP 400",
  },
}

/** Who may not even be heard, by what they showed: the words of WeChat Pay's front server, and the rule. */
const REFUSED: Partial<Record<ClientCertificate['type'], [title: string, rule: Sentence]>> = {
  none: ['400 No required SSL certificate was sent', WANTS_CERTIFICATE.rule],
  foreign: [
    '400 The SSL certificate error',
    {
      zh: '这张证书不是这里任何商户的；模拟器商户的 apiclient_cert.p12 在 /_control/accounts 里',
      en: "this is the certificate of no merchant here; the emulator's merchants have theirs at /_control/accounts",
    },
  ],
}

/** What a call is answered with whose connection has no certificate of a merchant; null when it has one or can have none. */
export function refuseUncertified({ type }: ClientCertificate): CallAnswer | null {
  const refused = REFUSED[type]
  if (refused === undefined) return null
  const [title, rule] = refused
  const body = `<html><head><title>${title}</title></head><body><center><h1>400 Bad Request</h1></center></body></html>\n`
  const explanation: CallExplanation = { problem: 'transport', field: 'apiclient_cert', rule }
  return { status: 400, contentType: 'text/html', headers: [], body, outcome: title, explanation, warnings: [] }
}

/** Whether the certificate is another merchant's than the one who signed. What WeChat says then is not on record: this is its code for certificates. */
export function isOfAnother(certificate: ClientCertificate, mchId: string): boolean {
  return certificate.type === 'merchant' && certificate.mchId !== mchId
}

export const CERTIFICATE_OF_ANOTHER = {
  ...refusalOfRefund('certError'),
  why: {
    problem: 'account',
    field: 'mch_id',
    rule: { zh: '证书要是签名的那个商户的', en: 'the certificate is that of the merchant who signed' },
  },
} as const
