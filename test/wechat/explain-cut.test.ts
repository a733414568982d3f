import { expect, test } from 'vitest'
import { readCutXml } from '@/lib/wechat/v2/explain/cut'

const read = (text: string) => readCutXml(new TextEncoder().encode(text))

test.each<[string, Record<string, string>]>([
  ['<xml><a>1</a><b>2', { a: '1' }],
  ['\n <xml>\n<a>1</a>\n<b>2', { a: '1' }],
  ['<?xml version="1.0"?>\n <xml><a>1</a><b>2', { a: '1' }],
  ['<?xml version="1.0" encoding="UTF-8"?><xml ><a>1</a>', { a: '1' }],
  ['<xml><a>1</a ><b >2</b\n><c', { a: '1', b: '2' }],
  ['<xml><ab/><c', { ab: '' }],
  ['<xml><ab  /><c', { ab: '' }],
  ['<xml><xmlish>1</xmlish><c', { xmlish: '1' }],
  ['<xml><a><![CDATA[<x/>]]></a><b', { a: '<x/>' }],
  ['<xml><a>1</a><b><![CDATA[2</c>3', { a: '1' }],
  ['<xml><a>1</a><b>2<![CDATA[<', { a: '1' }],
  ['<xml><a>1</a><b>2<![CDA', { a: '1' }],
  ['<xml><a>1</a><b>2</', { a: '1' }],
  ['<xml><a>1</a><body>2', { a: '1' }],
  ['<xml><a>1</a><b >2', { a: '1' }],
  ['<xml><a>1</a><b>2<![CDATA[ x y', { a: '1' }],
  ['<xml><a>1</a><b>2</b', { a: '1' }],
  ['<xml><a>1</a><b>2</b ', { a: '1' }],
  ['<xml><a><![CDATA[</q><q/>]]></a><b><![CDATA[</q>]]></b><c', { a: '</q><q/>', b: '</q>' }],
  ['<xml>', {}],
  ['<xml><a', {}],
  ['<xml><a>1</a></xm', { a: '1' }],
  ['<xml><a>1</a></xml', { a: '1' }],
])('of %j the whole fields are read', (text, fields) => {
  expect({ ...read(text) }).toEqual(fields)
})

test.each([
  ['text before it', 'x<xml><a>1</a><b'],
  ['text before its declaration', 'x<?xml version="1.0"?><xml><a>1</a><b'],
  ['a mark of byte order, which WeChat does not send', '\ufeff<xml><a>1</a><b'],
  ['another root', '<root><a>1</a><b'],
  ['nothing at all', ''],
  ['all that it should have', '<xml><a>1</a></xml>'],
  ['text after a field', '<xml><a>1</a>2<b'],
  ['text before a field', '<xml><a>1</a>2<b>3'],
  ['a whole field in a cut one', '<xml><a>1</a><b>2<c></b'],
  ['another sign at its end', '<xml><a>1</a><b>2</b-'],
  ['a field in a field', '<xml><a><b>1</b><c'],
  ['another sign than a tag in a field', '<xml><a>1</a><b>2<c'],
  ['a tag that begins with a space', '<xml><a>1</a>< b'],
  ['the end of a field after the end of a tag', '<xml><a>1</a><b>2</b x'],
])('what has %s is not called cut', (_, text) => {
  expect(read(text)).toBeNull()
})

test('a text is cut inside a character, and no other byte may be wrong', () => {
  const bytes = new TextEncoder().encode('<xml><a>茶</a><b>茶')
  expect({ ...readCutXml(bytes.subarray(0, -1)) }).toEqual({ a: '茶' })
  expect(readCutXml(Uint8Array.from(bytes, (byte, at) => (at === 8 ? 0xff : byte)))).toBeNull()
})
