import { isSignType, sign as signV2 } from '@/lib/wechat/v2/sign'
import { isSignedWith } from '@/lib/wechat/v3/sign'
import {
  checkNames,
  checkValues,
  type ExpectedInvocation,
  type Finding,
  type FindingReason,
  INVOCATION_NAMES,
  INVOCATION_SIGNATURE,
  type InvocationKind,
  respell,
  writeValue,
} from '../invocation'
import type { WeChat } from '../wechat'

/** The text that the second signature has to be made of: four lines, and the last one ends too. */
export function signedTextOf(kind: InvocationKind, received: Record<string, unknown>): string {
  return textOf(linesOf(kind, respell(kind, received)))
}

/** What is wrong with a received set, field by field; nothing when the cashier may open (invoke payment, v3). */
export function checkInvocation(
  kind: InvocationKind,
  received: Record<string, unknown>,
  expected: ExpectedInvocation,
  { keys }: Pick<WeChat, 'keys'>,
): Finding[] {
  const meant = respell(kind, received)
  const findings = [...checkNames(kind, received), ...checkValues(kind, meant, { ...expected, signType: 'RSA' })]
  const isSignable = findings.every(({ reason }) => reason === 'other_spelling' || reason === 'unexpected')
  if (!isSignable) return findings
  const key = keys.get(expected.account.mchId).merchantKey
  const signature = writeValue(meant[INVOCATION_SIGNATURE[kind]])
  const isMadeOf = (text: string) => isSignedWith(Buffer.from(text), signature, key)
  if (isMadeOf(textOf(linesOf(kind, meant)))) return findings
  return [...findings, { field: INVOCATION_SIGNATURE[kind], reason: mistakeOf(kind, meant, expected, isMadeOf) }]
}

/** What was done instead; the fourth line is the classic mistake, as the two kinds have different ones. */
function mistakeOf(
  kind: InvocationKind,
  meant: Record<string, unknown>,
  { account }: ExpectedInvocation,
  isMadeOf: (text: string) => boolean,
): FindingReason {
  const lines = linesOf(kind, meant)
  if (isMadeOf(lines.join('\n'))) return 'line_feed_missing'
  const [fourth = '', ...others] = lines.toReversed()
  const id = fourth.replace(/^prepay_id=/, '')
  const wrong = [`prepay_id=${id}`, id, 'Sign=WXPay'].filter((it) => it !== fourth)
  if (wrong.some((it) => isMadeOf(textOf([...others.toReversed(), it])))) return 'package_mixed_up'
  const names = INVOCATION_NAMES[kind].filter((it) => it !== INVOCATION_SIGNATURE[kind])
  const fields = Object.fromEntries(names.map((it) => [it, writeValue(meant[it])]))
  const ofV2 = ['MD5', 'HMAC-SHA256'].filter(isSignType).map((type) => signV2(fields, account.apiKey, type))
  return ofV2.some((it) => it === meant[INVOCATION_SIGNATURE[kind]]) ? 'signed_as_v2' : 'wrong_signature'
}

/** Values in order, without names. An app signs the bare id, a page its whole `package`. */
function linesOf(kind: InvocationKind, received: Record<string, unknown>): string[] {
  const names =
    kind === 'app' ? ['appid', 'timestamp', 'noncestr', 'prepayid'] : ['appId', 'timeStamp', 'nonceStr', 'package']
  return names.map((name) => (name in received ? writeValue(received[name]) : ''))
}

function textOf(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
