import { expect, test } from 'vitest'
import { checkInvocation, type Kind, type Known, prepayIdOf } from '@/lib/emulator/invocation'
import { isSignType, type SignType, sign } from '@/lib/wechat/v2/sign'
import published from '@/public/second-signatures.json'

/** What the phone knows of a published vector, and the set that it receives. */
function situationOf({ channel, given, parameters }: (typeof published.vectors)[number]) {
  const type = given.sign_type
  if (!isSignType(type)) throw new Error(`no type of signature: ${type}`)
  const mchId = 'mch_id' in given ? String(given.mch_id) : 'any'
  const known: Known = { account: { appid: given.appid, mchId, apiKey: given.api_key }, signType: type, prepay: 'good' }
  return { kind: channel as Kind, known, received: parameters as Record<string, string> }
}

const vectorOf = (channel: Kind, type: SignType) => {
  const found = published.vectors.find((it) => it.channel === channel && it.given.sign_type === type)
  if (found === undefined) throw new Error('no such vector')
  return found
}

test.each(published.vectors)('the set of $id opens the cashier', (vector) => {
  const { kind, received, known } = situationOf(vector)
  expect(checkInvocation(kind, received, known)).toEqual([])
  expect(received[kind === 'app' ? 'prepayid' : 'package']).toContain(prepayIdOf(kind, received))
})

const REASONS: Record<string, string> = {
  'camelCase names were signed': 'camel_case_signed',
  'signType was signed as well': 'sign_type_signed',
  'appid was signed instead of appId': 'lower_case_signed',
  'timestamp was signed instead of timeStamp': 'lower_case_signed',
  'signType was not signed': 'sign_type_not_signed',
}

test.each(
  published.vectors.flatMap((vector) =>
    Object.entries(vector.mistakes).map(([mistake, wrong]) => ({ vector, mistake, wrong })),
  ),
)('when $mistake in $vector.id, the phone says so', ({ vector, mistake, wrong }) => {
  const { kind, received, known } = situationOf(vector)
  const field = kind === 'app' ? 'sign' : 'paySign'
  expect(checkInvocation(kind, { ...received, [field]: wrong }, known)).toEqual([{ field, reason: REASONS[mistake] }])
})

test.each([
  ['app', { partnerid: '1' }, {}, [['partnerid', 'other_account']]],
  ['app', { appid: 'wx0' }, {}, [['appid', 'other_account']]],
  ['app', { package: 'prepay_id=wx1' }, {}, [['package', 'wrong_package']]],
  ['app', { timestamp: '1772330400000' }, {}, [['timestamp', 'not_ten_digits']]],
  ['app', { extra: 'x' }, {}, [['extra', 'unexpected']]],
  ['app', { sign: 'F'.repeat(32) }, {}, [['sign', 'wrong_signature']]],
  ['app', {}, { prepay: 'unknown' }, [['prepayid', 'unknown_prepay']]],
  ['app', {}, { prepay: 'old' }, [['prepayid', 'old_prepay']]],
  ['app', {}, { prepay: 'other_trade_type' }, [['prepayid', 'other_trade_type']]],
  ['jsapi', { package: 'Sign=WXPay' }, {}, [['package', 'wrong_package']]],
  ['jsapi', { signType: 'HMAC-SHA256' }, {}, [['signType', 'other_sign_type']]],
  ['jsapi', { timeStamp: 1_772_330_400 }, {}, [['timeStamp', 'not_text']]],
  ['jsapi', { paySign: '' }, {}, [['paySign', 'wrong_signature']]],
] as const)('%s with %j, known %j: the phone names the field', (kind, change, knows, expected) => {
  const { received, known } = situationOf(vectorOf(kind, 'MD5'))
  const findings = checkInvocation(kind, { ...received, ...change }, { ...known, ...knows })
  expect(findings.map(({ field, reason }) => [field, reason])).toEqual(expected)
})

test('camelCase fields of an app are a matter of spelling, a field that is not there is missing', () => {
  const { received, known } = situationOf(vectorOf('app', 'MD5'))
  const { partnerid, noncestr: _, ...others } = received
  const findings = checkInvocation('app', { ...others, partnerId: partnerid }, known)
  expect(findings).toEqual([
    { field: 'partnerId', reason: 'other_spelling' },
    { field: 'noncestr', reason: 'missing' },
  ])
})

test('a signature of the other type is recognised', () => {
  const { received, known } = situationOf(vectorOf('app', 'MD5'))
  const { sign: _, ...fields } = received
  const other = sign(fields, known.account.apiKey, 'HMAC-SHA256')
  expect(checkInvocation('app', { ...received, sign: other }, known)).toEqual([
    { field: 'sign', reason: 'signed_with_other_type' },
  ])
})
