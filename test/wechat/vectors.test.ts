import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readTime, writeTime } from '@/lib/wechat/time'
import { verifyAnswer } from '@/lib/wechat/v2/call'
import { type Fields, isSignedWith, type SignType, sign, textToSign } from '@/lib/wechat/v2/sign'
import { readXml } from '@/lib/wechat/v2/xml'

/** Recorded and computed examples of the protocol; each was checked with at least one other implementation. */
const file = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))

type Vector<In, Out> = { id: string; kind: string; title: string; in: In; out: Out }
type Keyed = { api_key: string; sign_type: SignType }

function vectors<In, Out>(kind: string): [string, Vector<In, Out>][] {
  const found: Vector<In, Out>[] = file.vectors.filter((it: Vector<In, Out>) => it.kind === kind)
  return found.map((it) => [`${it.id}: ${it.title}`, it])
}

function readFields(xml: string): Fields {
  const read = readXml(new TextEncoder().encode(xml))
  if (!read.ok) throw new Error(read.reason)
  return read.fields
}

test.each(
  vectors<Keyed & { params: Record<string, string | number> }, { string_to_sign: string; sign: string }>('v2-sign'),
)('%s', (_, { in: given, out }) => {
  const fields = Object.fromEntries(Object.entries(given.params).map(([name, value]) => [name, String(value)]))
  expect(textToSign(fields, given.api_key)).toBe(out.string_to_sign)
  expect(sign(fields, given.api_key, given.sign_type)).toBe(out.sign)
})

type Resigned = { string_to_sign: string; params: Fields; must_not_equal: Fields }

test.each([...vectors<Keyed, Resigned>('v2-app-resign'), ...vectors<Keyed, Resigned>('v2-jsapi-resign')])(
  '%s',
  (_, { in: { api_key: key, sign_type: type }, out }) => {
    const { sign: appSign, paySign, ...fields } = out.params
    const signed = sign(fields, key, type)
    expect(textToSign(fields, key)).toBe(out.string_to_sign)
    expect(signed).toBe(appSign ?? paySign)
    expect(Object.values(out.must_not_equal)).not.toContain(signed)
  },
)

test.each(
  vectors<Keyed & { xml: string }, { valid: boolean; fields: Fields; computed_sign: string }>('v2-notify-verify'),
)('%s', (_, { in: { xml, api_key: key, sign_type: type }, out }) => {
  const fields = readFields(xml)
  expect(fields).toEqual(out.fields)
  expect(sign(fields, key, type)).toBe(out.computed_sign)
  expect(isSignedWith(fields, key, type)).toBe(out.valid)
})

test.each(
  vectors<Keyed & { xml: string }, { class: string; fields: Fields; computed_sign: string }>('v2-response-classify'),
)('%s', (_, { in: { xml, api_key: apiKey, sign_type: signType }, out }) => {
  const fields = readFields(xml)
  expect(fields).toEqual(out.fields)
  expect(sign(fields, apiKey, signType)).toBe(out.computed_sign)

  const account = { appid: 'wxdemo0000000000a1', mchId: '1900000109', apiKey, previousApiKey: null, signType }
  const answer = verifyAnswer(account, new TextEncoder().encode(xml), signType)
  const word = answer.type === 'unknown' ? answer.evidence.problem : answer.type
  const classes = new Map([
    ['return_code_fail', 'protocol_fail'],
    ['bad_signature', 'bad_signature'],
    ['failure', 'business_fail'],
    ['success', 'success'],
  ])
  expect(classes.get(word ?? '')).toBe(out.class)
})

test.each(vectors<{ xml: string }, { root: string; fields: Fields }>('v2-xml-parse'))('%s', (_, { in: given, out }) => {
  expect(out.root).toBe('xml')
  expect(readFields(given.xml)).toEqual(out.fields)
})

test.each(vectors<{ xml: string }, { reject: boolean }>('v2-xml-reject'))('%s', (_, { in: given, out }) => {
  expect(out.reject).toBe(true)
  expect(readXml(new TextEncoder().encode(given.xml)).ok).toBe(false)
})

test.each(vectors<{ epoch_ms: number }, { v2: string }>('time-format'))('%s', (_, { in: given, out }) => {
  expect(writeTime(given.epoch_ms)).toBe(out.v2)
  expect(readTime(out.v2)).toBe(given.epoch_ms)
})
