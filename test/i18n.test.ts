import { expect, test } from 'vitest'
import { pickLocale } from '@/lib/i18n/locale'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { CHECKS, VERDICTS } from '@/lib/shop/notification'
import { API_VERSIONS } from '@/lib/shop/payment'
import { PROBLEMS } from '@/lib/web/problem'
import { SIGNATURE_CAUSES } from '@/lib/wechat/v2/explain/causes'
import { SEALED_CAUSES } from '@/lib/wechat/v2/explain/sealed'
import { CHECKS as CHECKS_V2 } from '@/lib/wechat/v2/message'
import { SIGNATURE_CAUSES as V3_SIGNATURE_CAUSES } from '@/lib/wechat/v3/explain/causes'
import { SEALED_CAUSES as V3_SEALED_CAUSES } from '@/lib/wechat/v3/explain/sealed'
import { CHECKS as CHECKS_V3 } from '@/lib/wechat/v3/message'

type Tree = { [name: string]: string | Tree }

/** Every text with its path, such as `cart.title`. */
function texts(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${name}`, value]] : texts(value, `${path}${name}.`),
  )
}

const argumentsOf = (text: string) => [...text.matchAll(/\{(\w+)(?:\}|, plural)/g)].map(([, name]) => name).sort()

test('both languages have the same texts with the same arguments, and none is empty', () => {
  const english = new Map(texts(en))
  const chinese = new Map(texts(zh))
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  for (const [path, text] of chinese) {
    expect([path, text.trim().length > 0, english.get(path)?.trim().length !== 0]).toEqual([path, true, true])
    expect([path, argumentsOf(text)]).toEqual([path, argumentsOf(english.get(path) ?? '')])
  }
})

test('each verdict has a name and a reason in both languages', () => {
  for (const words of [en, zh]) {
    expect(Object.keys(words.verdict).sort()).toEqual([...VERDICTS].sort())
    expect(Object.keys(words.verdictWhy).sort()).toEqual([...VERDICTS].sort())
  }
})

test('each cause of a wrong signature or a closed notice has a name and an advice in both languages', () => {
  for (const words of [en, zh]) {
    expect(Object.keys(words.signatureCause)).toEqual([...API_VERSIONS])
    expect(Object.keys(words.signatureCause.v2)).toEqual([...SIGNATURE_CAUSES, ...SEALED_CAUSES])
    expect(Object.keys(words.signatureCause.v3)).toEqual([...V3_SIGNATURE_CAUSES, ...V3_SEALED_CAUSES])
  }
})

test('each check of a notification says in both languages what it asks', () => {
  const names = new Set<string>([...CHECKS, ...CHECKS_V2, ...CHECKS_V3])
  for (const words of [en, zh]) expect(Object.keys(words.check).sort()).toEqual([...names].sort())
})

test('each refusal that a page can show has a text', () => {
  const programsOnly = ['malformed_json', 'repeated_key', 'invalid_idempotency_key', 'idempotency_key_reused']
  const shown = Object.keys(PROBLEMS).filter((code) => !programsOnly.includes(code))
  for (const words of [en, zh]) expect(Object.keys(words.problem).sort()).toEqual([...shown, 'title'].sort())
})

test.each([
  [undefined, null, 'zh'],
  [undefined, 'en-GB,en;q=0.9', 'en'],
  [undefined, 'fr,de;q=0.8', 'zh'],
  [undefined, 'fr,en;q=0.5,zh;q=0.4', 'en'],
  [undefined, 'en;q=0.1, zh-CN;q=0.9', 'zh'],
  [undefined, 'en;q=0', 'zh'],
  [undefined, ';;;,q=,', 'zh'],
  ['en', 'zh-CN', 'en'],
  ['zh', 'en', 'zh'],
  ['xx', 'en', 'en'],
  [undefined, `${'x,'.repeat(5_000)}en`, 'zh'],
])('cookie %s and wish %s lead to %s', (cookie, wish, expected) => {
  expect(pickLocale(cookie, wish)).toBe(expected)
})
