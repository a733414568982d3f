import { expect, test } from 'vitest'
import { judge, type Observation } from '@/lib/doctor/judge'
import { type Reading, readReply } from '@/lib/doctor/reading'
import { V2_CASES } from '@/lib/doctor/v2/cases'
import { V3_CASES } from '@/lib/doctor/v3/cases'
import { weaknessOf, withoutImplied } from '@/lib/doctor/weaknesses/weaknesses'

const SUCCESS = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'
const FAIL = SUCCESS.replace('SUCCESS', 'FAIL')
const LOGIN = '<!DOCTYPE html><html><form><input type="password"></form></html>'

type Given = { status?: number; text?: string; location?: string | null; tookMs?: number }
const read = (api: 'v2' | 'v3', { status = 200, text = '', location = null, tookMs = 12 }: Given) => {
  const { word, flaw } = readReply({ type: 'answered', status, text, location, tookMs }, api, 5_000)
  return [word, flaw]
}

test.each<[string, Given, string, string | null]>([
  ['XML SUCCESS', { text: SUCCESS }, 'acknowledge', null],
  ['XML FAIL', { text: FAIL }, 'retry', null],
  ['SUCCESS just in time', { text: SUCCESS, tookMs: 5_000 }, 'acknowledge', null],
  ['SUCCESS too late', { text: SUCCESS, tookMs: 5_001 }, 'acknowledge', 'answers_late'],
  ['SUCCESS with 201', { text: SUCCESS, status: 201 }, 'acknowledge', null],
  ['SUCCESS with 500', { text: SUCCESS, status: 500 }, 'acknowledge', 'wrong_status'],
  ['FAIL with 500', { text: FAIL, status: 500 }, 'retry', null],
  ['an error page', { text: 'Internal Server Error', status: 500 }, 'retry', null],
  ['JSON', { text: '{"code":"SUCCESS"}' }, 'acknowledge', 'answers_json'],
  ['JSON with its word in return_code', { text: '{"return_code":"SUCCESS"}' }, 'acknowledge', 'answers_json'],
  ['JSON FAIL', { text: '{"code":"FAIL"}' }, 'retry', 'answers_json'],
  ['success in plain text', { text: 'success' }, 'acknowledge', 'answers_other'],
  ['nothing', { text: '' }, 'retry', 'answers_other'],
  ['XML behind a mark', { text: `\ufeff${SUCCESS}` }, 'acknowledge', 'answers_other'],
  ['XML twice', { text: SUCCESS + SUCCESS }, 'acknowledge', 'answers_other'],
  ['XML FAIL and SUCCESS behind it', { text: `${FAIL}SUCCESS` }, 'retry', 'answers_other'],
  ['a redirect', { status: 301, location: '/notify/' }, 'retry', 'redirects'],
  ['a login page', { text: LOGIN }, 'retry', 'login_wall'],
  ['another page', { text: '<html><h1>Thanks</h1></html>' }, 'retry', 'answers_html'],
  ['forbidden', { status: 403, text: 'CSRF' }, 'retry', 'login_wall'],
  ['no such route', { status: 404 }, 'retry', 'no_route'],
])('in v2 %s is read as WeChat does', (_, reply, word, flaw) => {
  expect(read('v2', reply)).toEqual([word, flaw])
})

test.each<[string, Given, string, string | null]>([
  ['204', { status: 204 }, 'acknowledge', null],
  ['200 with SUCCESS', { text: '{"code":"SUCCESS","message":"成功"}' }, 'acknowledge', null],
  ['200 with any text', { text: 'ok' }, 'acknowledge', null],
  ['200 with FAIL', { text: '{"code":"FAIL"}' }, 'acknowledge', 'fails_with_200'],
  ['202', { status: 202 }, 'acknowledge', 'wrong_status'],
  ['401', { status: 401, text: '{"code":"FAIL"}' }, 'retry', null],
  ['500', { status: 500 }, 'retry', null],
  ['302', { status: 302, location: '/login' }, 'retry', 'redirects'],
  ['a login page', { text: LOGIN }, 'retry', 'login_wall'],
])('in v3 %s is read as WeChat does', (_, reply, word, flaw) => {
  expect(read('v3', reply)).toEqual([word, flaw])
})

test('no answer at all is late or broken off', () => {
  expect(readReply({ type: 'late', tookMs: 15_000 }, 'v2', 5_000).flaw).toBe('answers_late')
  expect(readReply({ type: 'broken', tookMs: 3 }, 'v3', 5_000).flaw).toBe('no_answer')
})

const acknowledged: Reading = { word: 'acknowledge', flaw: null, isError: false, shown: 'SUCCESS', tookMs: 12 }
const retried: Reading = { word: 'retry', flaw: null, isError: false, shown: 'FAIL', tookMs: 12 }
const caseOf = (name: string) => {
  const found = V2_CASES.find((it) => it.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}
const judged = (name: string, seen: Partial<Observation>) => {
  const observed: Observation = {
    ...{ on: 'paid', replies: [acknowledged], isPaid: null, queries: 1, isFetched: false, isQueryDown: false },
    ...seen,
  }
  return judge(caseOf(name), observed).map((it) => it.weakness)
}

test.each<[string, Partial<Observation>, string[]]>([
  ['forged', { on: 'unpaid', isPaid: true }, ['no_signature_check']],
  // What WeChat has as paid may become paid meanwhile, by a query of the program's own.
  ['forged', { on: 'paid', isPaid: true, replies: [retried] }, []],
  ['forged', { on: 'paid', isPaid: true }, ['no_signature_check']],
  ['contradicted', { on: 'unpaid', isPaid: true }, ['trusts_notice']],
  ['contradicted', { on: 'unpaid', isPaid: false }, ['acknowledges_before_storing']],
  // Without a status: whoever asked and acknowledged nevertheless answered before it had the answer.
  ['contradicted', { on: 'unpaid', queries: 1 }, ['acknowledges_before_storing']],
  ['contradicted', { on: 'unpaid', queries: 0 }, ['trusts_notice']],
  ['genuine', { isPaid: false }, ['acknowledges_before_storing']],
  ['genuine', { replies: [retried], isPaid: false }, ['refuses_genuine']],
  ['query fails', { isQueryDown: true, replies: [retried], isPaid: false }, []],
  ['query fails', { isQueryDown: true, isPaid: true, queries: 2 }, ['trusts_notice']],
  // Whoever never queries is found by another case.
  ['query fails', { isQueryDown: true, isPaid: true, queries: 0 }, []],
  ['other amount taken', { on: 'other_amount', isPaid: false }, []],
  ['other amount taken', { on: 'other_amount' }, ['no_amount_check']],
  ['late money', { on: 'closed', isPaid: false }, []],
  ['late money', { on: 'closed', isPaid: true, replies: [retried] }, ['paid_after_close']],
  ['at once', { replies: [acknowledged, retried], isPaid: true }, ['fails_repeats']],
  ['at once', { replies: [retried, acknowledged], isPaid: true }, []],
  ['at once', { replies: [{ ...retried, isError: true }, acknowledged], isPaid: true }, ['breaks_at_once']],
  ['foreign entity', { isFetched: true, replies: [retried] }, ['xxe']],
  ['entity bomb', { replies: [{ ...retried, flaw: 'answers_late' }] }, ['falls_to_bomb']],
])('%s is judged by the answer, the status and the queries: %j', (name, seen, expected) => {
  expect(judged(name, seen)).toEqual(expected)
})

test('one cause is named once, and what it explains is not', () => {
  expect(withoutImplied(new Set(['accepts_unsigned', 'no_signature_check', 'redirects'] as const))).toEqual([
    'redirects',
    'no_signature_check',
  ])
  expect(withoutImplied(new Set(['accepts_unsigned'] as const))).toEqual(['accepts_unsigned'])
})

test('every case has a name of its own and leads to texts that say all of it', () => {
  for (const cases of [V2_CASES, V3_CASES]) {
    expect(new Set(cases.map((it) => it.name)).size).toBe(cases.length)
    for (const weakness of cases.flatMap((it) => Object.values(it.means))) {
      const { title, costs, rule, source, mend } = weaknessOf(weakness)
      expect([title, costs, rule, source, mend].every((it) => it.length > 10)).toBe(true)
    }
  }
})
