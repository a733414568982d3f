import type { Fields } from '@/lib/wechat/v2/sign'
import type { FlatXmlProblem, XmlResult } from '@/lib/wechat/v2/xml'
import type { Sentence } from '../explanation'
import { type Refused, reject } from './call'

const POSTED: Sentence = { zh: '请求方法必须是 POST', en: 'the method is POST' }
const ONE_DOCUMENT: Sentence = { zh: '请求体必须是一个 XML 文档', en: 'the body is one XML document' }
const THREE_BYTES: Sentence = {
  zh: '每个字符的 UTF-8 编码最多三个字节，所以不能有表情符号',
  en: 'a character has at most three bytes in UTF-8, so there are no emoji',
}
const XML_RULES: Record<FlatXmlProblem, Sentence> = {
  not_utf8: { zh: '文档用 UTF-8 编码', en: 'the document is written in UTF-8' },
  byte_order_mark: {
    zh: '文档以 < 开头，前面没有字节顺序标记（BOM）',
    en: 'the document begins with <, without a byte order mark before it',
  },
  control_character: { zh: '文档里没有控制字符', en: 'the document has no control characters' },
  other_version: { zh: 'XML 声明的版本是 1.0', en: 'the XML declaration names version 1.0' },
  other_encoding: { zh: 'XML 声明的编码是 UTF-8', en: 'the XML declaration names the encoding UTF-8' },
  other_name: {
    zh: '元素名只由字母、数字和下划线组成',
    en: 'names of elements consist of letters, digits and underscores',
  },
  not_allowed: {
    zh: '文档里没有 DOCTYPE、注释、属性、处理指令和自定义实体',
    en: 'the document has no DOCTYPE, comments, attributes, processing instructions or entities of its own',
  },
  not_well_formed: {
    zh: '请求体是一个格式正确的 XML 文档，此外什么也没有',
    en: 'the body is one well-formed XML document and nothing else',
  },
  not_flat: {
    zh: '文档只有一层：根元素之下只有文本',
    en: 'the document is flat: each element of the root holds text only',
  },
  field_twice: { zh: '同名元素不能出现两次', en: 'no element is there twice' },
  too_many_fields: { zh: '文档最多 100 个元素', en: 'the document has at most 100 elements' },
}
const NOT_UTF8 = new Set<FlatXmlProblem>(['not_utf8', 'other_encoding'])

/** What stands before everything else: method, body, XML, encoding. */
export function checkDocument(
  method: string,
  bytes: Uint8Array,
  document: XmlResult<FlatXmlProblem>,
): { ok: true; fields: Fields } | Refused {
  if (method !== 'POST') return reject('请使用post方法', 'transport', POSTED)
  if (bytes.byteLength === 0) return reject('post数据为空', 'transport', ONE_DOCUMENT)
  if (!document.ok) {
    const text = NOT_UTF8.has(document.reason) ? '编码格式错误' : 'XML格式错误'
    return reject(text, 'transport', XML_RULES[document.reason])
  }
  // They are UTF-8, but WeChat Pay does not take them.
  const fourBytes = Object.entries(document.fields).find(([, value]) => /[\u{10000}-\u{10ffff}]/u.test(value))
  if (fourBytes === undefined) return { ok: true, fields: document.fields }
  return reject('编码格式错误', 'transport', THREE_BYTES, fourBytes[0])
}
