import { type Draft, joined, lineText, type Subject, withLine } from './subject'

const PREFIX = 'prepay_id='

/** The fourth line is the classic mistake: `prepay_id=…` for JSAPI and mini-programs, the bare id for apps. */
export function* withOtherPackage(subject: Subject, form: 'bare' | 'prefixed'): Iterable<Draft> {
  const own = lineText(subject, 'package')
  if (own === null) return
  const isPrefixed = own.startsWith(PREFIX)
  if (form === 'bare' && isPrefixed) yield withLine(subject, 'package', own.slice(PREFIX.length))
  if (form === 'prefixed' && !isPrefixed) yield withLine(subject, 'package', PREFIX + own)
}

export function* withPackageOfSdk(subject: Subject): Iterable<Draft> {
  if (lineText(subject, 'package') !== null) yield withLine(subject, 'package', 'Sign=WXPay')
}

/** Fields of the set that do not belong into the text, each in any place. */
export function* withUnsignedField({ kind, lines, others }: Subject): Iterable<Draft> {
  if (kind !== 'invocation') return
  const values = lines.map(([, value]) => value)
  for (const [field, value] of Object.entries(others)) {
    for (let at = 0; at <= values.length; at += 1) {
      yield { bytes: joined(values.toSpliced(at, 0, Buffer.from(value))), field }
    }
  }
}

/** Names and values joined as API v2 does, with and without the fields that v3 leaves out. */
export function* withV2Text(subject: Subject): Iterable<Draft> {
  if (subject.kind !== 'invocation') return
  const [appid, timestamp, nonce, pack] = (['appid', 'timestamp', 'nonce', 'package'] as const).map(
    (name) => lineText(subject, name) ?? '',
  )
  const jsapi = { appId: appid, nonceStr: nonce, package: pack, signType: 'RSA', timeStamp: timestamp }
  const { signType: _, ...bare } = jsapi
  const app = { appid, noncestr: nonce, package: 'Sign=WXPay', prepayid: pack, timestamp }
  const { partnerid = subject.others.partnerId ?? '' } = subject.others
  for (const fields of [jsapi, bare, app, { ...app, partnerid }]) {
    const pairs = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
    const text = pairs.map((pair) => pair.join('=')).join('&')
    yield { bytes: Buffer.from(text) }
    yield { bytes: Buffer.from(`${text}\n`) }
  }
}
