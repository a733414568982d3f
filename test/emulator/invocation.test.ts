import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ExpectedInvocation, type InvocationKind, prepayIdOf } from '@/lib/emulator/invocation'
import { checkInvocation, signedTextOf } from '@/lib/emulator/v2/invocation'
import { isSignType, type SignType, sign } from '@/lib/wechat/v2/sign'
import published from '@/public/second-signatures.json'
import golden from '../wechat/vectors.json'

/** What the phone knows of a published vector, and the set that it receives. */
function situationOf({ channel, given, parameters }: (typeof published.vectors)[number]) {
  const type = given.sign_type
  if (!isSignType(type)) throw new Error(`no type of signature: ${type}`)
  const mchId = 'mch_id' in given ? String(given.mch_id) : 'any'
  const known: ExpectedInvocation = {
    account: { appid: given.appid, mchId, apiKey: given.api_key },
    signType: type,
    prepay: 'good',
  }
  return { kind: channel as InvocationKind, known, received: parameters as Record<string, string> }
}

const vectorOf = (channel: InvocationKind, type: SignType) => {
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

const GOLDEN_REASONS: [RegExp, string][] = [
  [/^camelCase names signed/, 'camel_case_signed'],
  [/^signType included/, 'sign_type_signed'],
  [/^(appid|timestamp) instead of/, 'lower_case_signed'],
  [/^signType left out/, 'sign_type_not_signed'],
]
const resign = z.object({
  id: z.string(),
  kind: z
    .enum(['v2-app-resign', 'v2-jsapi-resign'])
    .transform((it): InvocationKind => (it === 'v2-app-resign' ? 'app' : 'jsapi')),
  in: z.object({
    appid: z.string(),
    mch_id: z.string().default('any'),
    api_key: z.string(),
    sign_type: z.enum(['MD5', 'HMAC-SHA256']),
  }),
  out: z.object({
    string_to_sign: z.string(),
    params: z.record(z.string(), z.string()),
    must_not_equal: z.record(z.string(), z.string()),
  }),
})
const resigns = golden.vectors.filter(({ kind }) => /^v2-(app|jsapi)-resign$/.test(kind)).map((it) => resign.parse(it))

test.each(resigns)(
  'the golden set $id opens the cashier, and each of its known mistakes is called by its name',
  (it) => {
    const { params, must_not_equal, string_to_sign } = it.out
    const { appid, mch_id: mchId, api_key: apiKey, sign_type: signType } = it.in
    const known: ExpectedInvocation = { account: { appid, mchId, apiKey }, signType, prepay: 'good' }
    expect(checkInvocation(it.kind, params, known)).toEqual([])
    expect(signedTextOf(it.kind, params)).toBe(string_to_sign.replace(apiKey, '***'))

    const field = it.kind === 'app' ? 'sign' : 'paySign'
    for (const [mistake, wrong] of Object.entries(must_not_equal)) {
      const reason = GOLDEN_REASONS.find(([pattern]) => pattern.test(mistake))?.[1]
      expect(checkInvocation(it.kind, { ...params, [field]: wrong }, known)).toEqual([{ field, reason }])
    }
  },
)

test('there are golden sets of both kinds', () => {
  expect(new Set(resigns.map(({ kind }) => kind))).toEqual(new Set(['app', 'jsapi']))
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
  ['jsapi', { signType: 'HMAC-SHA256' }, { prepay: 'unknown' }, [['package', 'unknown_prepay']]],
  ['jsapi', { timeStamp: 1_772_330_400 }, {}, [['timeStamp', 'not_text']]],
  ['jsapi', { paySign: '' }, {}, [['paySign', 'wrong_signature']]],
] as const)('%s with %j, known %j: the phone names the field', (kind, change, knows, expected) => {
  const { received, known } = situationOf(vectorOf(kind, 'MD5'))
  const findings = checkInvocation(kind, { ...received, ...change }, { ...known, ...knows })
  expect(findings.map(({ field, reason }) => [field, reason])).toEqual(expected)
})

test('an app may hand over its timestamp as the number that the SDK for iOS wants', () => {
  const { received, known } = situationOf(vectorOf('app', 'MD5'))
  expect(checkInvocation('app', { ...received, timestamp: Number(received.timestamp) }, known)).toEqual([])
  expect(checkInvocation('app', { ...received, timestamp: Number(received.timestamp) + 0.5 }, known)).toMatchObject([
    { field: 'timestamp', reason: 'not_text' },
    { field: 'timestamp', reason: 'not_ten_digits' },
  ])
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

test('lower-case names in the set of a page are told, and so is a signature that was made over them', () => {
  const { received, known } = situationOf(vectorOf('jsapi', 'MD5'))
  const { appId: appid, timeStamp: timestamp, nonceStr: noncestr, paySign: _, ...others } = received
  const lower: Record<string, string> = { ...others, appid, timestamp, noncestr } as Record<string, string>
  const made = sign(lower, known.account.apiKey, 'MD5')
  expect(checkInvocation('jsapi', { ...lower, paySign: made }, known)).toEqual([
    { field: 'appid', reason: 'other_spelling' },
    { field: 'timestamp', reason: 'other_spelling' },
    { field: 'noncestr', reason: 'other_spelling' },
    { field: 'paySign', reason: 'lower_case_signed' },
  ])
})

test('an app set that carries signType, and signed it, has two faults', () => {
  const { received, known } = situationOf(vectorOf('app', 'MD5'))
  const { sign: _, ...others } = received
  const fields = { ...others, signType: 'MD5' }
  const made = sign(fields, known.account.apiKey, 'MD5')
  expect(checkInvocation('app', { ...fields, sign: made }, known)).toEqual([
    { field: 'signType', reason: 'unexpected' },
    { field: 'sign', reason: 'sign_type_signed' },
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
