import { type Fields, maskedTextToSign, type SignType, sign } from '@/lib/wechat/v2/sign'
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

const CAMEL: Record<string, string> = {
  appid: 'appId',
  partnerid: 'partnerId',
  prepayid: 'prepayId',
  noncestr: 'nonceStr',
  timestamp: 'timeStamp',
}

/** The text that the second signature has to be made of, its key masked. */
export function signedTextOf(kind: InvocationKind, received: Record<string, unknown>): string {
  return maskedTextToSign(signedFields(kind, respell(kind, received)))
}

/**
 * What is wrong with a received set, field by field; nothing when the cashier may open. The signature is checked only
 * when the values are right, since it cannot be otherwise (documentation, "invoke payment"; names as in `INVOCATION_NAMES`). Names
 * that are spelled wrongly are taken as what they were meant to be: whoever spells them so often signs them so, too.
 */
export function checkInvocation(
  kind: InvocationKind,
  received: Record<string, unknown>,
  known: ExpectedInvocation,
): Finding[] {
  const meant = respell(kind, received)
  const findings = [...checkNames(kind, received), ...checkValues(kind, meant, known)]
  const isSignable = findings.every(({ reason }) => reason === 'other_spelling' || reason === 'unexpected')
  return isSignable ? [...findings, ...checkSignature(kind, meant, known)] : findings
}

function checkSignature(
  kind: InvocationKind,
  received: Record<string, unknown>,
  { account, signType }: ExpectedInvocation,
): Finding[] {
  const field = INVOCATION_SIGNATURE[kind]
  const fields = signedFields(kind, received)
  const isMadeOf = (it: Fields, type: SignType) => sign(it, account.apiKey, type) === received[field]
  if (isMadeOf(fields, signType)) return []

  const other: SignType = signType === 'MD5' ? 'HMAC-SHA256' : 'MD5'
  const { signType: _, ...withoutType } = fields
  const mistakes: [Fields, SignType, FindingReason][] = [
    [fields, other, 'signed_with_other_type'],
    ...(kind === 'app'
      ? ([
          [rename(fields, CAMEL), signType, 'camel_case_signed'],
          [{ ...fields, signType }, signType, 'sign_type_signed'],
        ] satisfies [Fields, SignType, FindingReason][])
      : ([
          [rename(fields, { appId: 'appid' }), signType, 'lower_case_signed'],
          [rename(fields, { timeStamp: 'timestamp' }), signType, 'lower_case_signed'],
          [
            rename(fields, { appId: 'appid', timeStamp: 'timestamp', nonceStr: 'noncestr' }),
            signType,
            'lower_case_signed',
          ],
          [withoutType, signType, 'sign_type_not_signed'],
        ] satisfies [Fields, SignType, FindingReason][])),
  ]
  const made = mistakes.find(([it, type]) => isMadeOf(it, type))
  return [{ field, reason: made?.[2] ?? 'wrong_signature' }]
}

function signedFields(kind: InvocationKind, received: Record<string, unknown>): Fields {
  const names = INVOCATION_NAMES[kind].filter((name) => name !== INVOCATION_SIGNATURE[kind] && name in received)
  return Object.fromEntries(names.map((name) => [name, writeValue(received[name])]))
}

function rename(fields: Fields, names: Record<string, string>): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]))
}
