import type { Fields } from '@/lib/wechat/v2/sign'
import type { XmlProblem, XmlResult } from '@/lib/wechat/v2/xml'
import { type Refused, refuse } from './call'
import type { Sentence } from './explanation'

const POSTED: Sentence = { zh: '请求方法必须是 POST', en: 'the method is POST' }
const ONE_DOCUMENT: Sentence = { zh: '请求体必须是一个 XML 文档', en: 'the body is one XML document' }
const THREE_BYTES: Sentence = {
  zh: '每个字符的 UTF-8 编码最多三个字节，所以不能有表情符号',
  en: 'a character has at most three bytes in UTF-8, so there are no emoji',
}
const XML_RULES: Record<XmlProblem, Sentence> = {
  not_utf8: { zh: '文档用 UTF-8 编码', en: 'the document is written in UTF-8' },
  control_character: { zh: '文档里没有控制字符', en: 'the document has no control characters' },
  not_allowed: {
    zh: '文档里没有 DOCTYPE、注释、属性、处理指令和自定义实体',
    en: 'the document has no DOCTYPE, comments, attributes, processing instructions or entities of its own',
  },
  not_well_formed: {
    zh: '请求体是一个格式正确的 XML 文档，此外什么也没有',
    en: 'the body is one well-formed XML document and nothing else',
  },
  other_root: { zh: '文档的根元素是 xml', en: 'the root of the document is xml' },
  not_flat: {
    zh: '文档只有一层：根元素之下只有文本',
    en: 'the document is flat: each element of the root holds text only',
  },
  field_twice: { zh: '同名元素不能出现两次', en: 'no element is there twice' },
  too_many_fields: { zh: '文档最多 100 个元素', en: 'the document has at most 100 elements' },
}

/** What stands before everything else: method, body, XML, encoding. */
export function readMessage(
  method: string,
  bytes: Uint8Array,
  document: XmlResult,
): { ok: true; fields: Fields } | Refused {
  if (method !== 'POST') return refuse('REQUIRE_POST_METHOD 请使用post方法', 'transport', POSTED)
  if (bytes.byteLength === 0) return refuse('POST_DATA_EMPTY post数据为空', 'transport', ONE_DOCUMENT)
  if (!document.ok) {
    const text = document.reason === 'not_utf8' ? 'NOT_UTF8 编码格式错误' : 'XML_FORMAT_ERROR XML格式错误'
    return refuse(text, 'transport', XML_RULES[document.reason])
  }
  // They are UTF-8, but WeChat Pay does not take them.
  const fourBytes = Object.entries(document.fields).find(([, value]) => /[\u{10000}-\u{10ffff}]/u.test(value))
  if (fourBytes === undefined) return { ok: true, fields: document.fields }
  return refuse('NOT_UTF8 编码格式错误', 'transport', THREE_BYTES, fourBytes[0])
}
